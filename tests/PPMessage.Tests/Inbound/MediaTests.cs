using System.Text;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

public sealed class MediaTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Files_of_a_message_are_fetched_kept_and_given_out_as_downloads_only()
    {
        var script = Encoding.UTF8.GetBytes("<script>alert('你好')</script>");
        var id = await SendAsync("", [new PhoneMedia("image/png", [1, 2, 3]), new PhoneMedia("text/html", script)]);
        var waiting = (await Workspace.MessagesAsync(id))[0].GetProperty("attachments");
        Assert.Equal(2, waiting.GetArrayLength());
        Assert.Null(waiting[0].GetProperty("url").GetString());

        await Workspace.DrainAsync();
        var files = (await Workspace.MessagesAsync(id))[0].GetProperty("attachments").EnumerateArray().ToList();
        Assert.Equal([3L, script.Length], files.Select(file => file.GetProperty("size").GetInt64()));
        using var answer = await Workspace.Client.GetAsync(files[1].Word("url"));
        Assert.Equal(script, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["default-src 'none'; sandbox"], answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal("image/png", (await Workspace.Client.GetAsync(files[0].Word("url"))).Content.Headers.ContentType!.MediaType);
        Assert.Equal(401, (int)(await new HttpClient { BaseAddress = Workspace.BaseUrl }.GetAsync(files[0].Word("url"))).StatusCode);
        Assert.Equal(404, (await Workspace.CallAsync("GET", files[0].Word("url") + "x")).Status);
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_looked_for_again()
    {
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.MediaNotFound) { Count = 3 });
        var id = await SendAsync("late picture", [new PhoneMedia("image/jpeg", [7])]);
        await Workspace.DrainAsync();
        Assert.Null((await FileAsync(id)).Url);
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.NotNull((await FileAsync(id)).Url);
    }

    [Fact]
    public async Task A_file_that_never_comes_is_given_up_with_its_reason()
    {
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.MediaNotFound) { Count = 7 });
        var id = await SendAsync("lost picture", [new PhoneMedia("image/jpeg", [7])]);
        await Workspace.PassAsync(TimeSpan.FromMinutes(15));
        var (url, error) = await FileAsync(id);
        Assert.Null(url);
        Assert.NotEmpty(error!);
        Assert.Empty(Workspace.Twilio.Misbehaviours);
    }

    private async Task<(string? Url, string? Error)> FileAsync(string id)
    {
        var file = (await Workspace.MessagesAsync(id))[0].GetProperty("attachments")[0];
        return (file.GetProperty("url").GetString(), file.GetProperty("error").GetString());
    }

    private async Task<string> SendAsync(string text, PhoneMedia[] files)
    {
        var phone = Calls.NewPhone();
        Assert.Equal(200, (await Workspace.TextAsync(phone, text, files))!.Callback!.StatusCode);
        return (await Workspace.OfPhoneAsync(phone))[0].Word("id");
    }
}
