using System.Net;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class MediaTests : SandboxTest
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47];

    [Fact]
    public async Task A_picture_is_named_in_the_callback_and_fetched_over_the_other_origin()
    {
        var url = await ReceivePictureAsync();

        using var redirect = await Http.GetAsync(url);
        using var anonymous = new HttpClient();
        using var file = await anonymous.GetAsync(redirect.Headers.Location);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, redirect.StatusCode);
        Assert.NotEqual(Sandbox.BaseUrl.Authority, redirect.Headers.Location!.Authority);
        Assert.Equal(Png, await file.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", file.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_other_origin_refuses_credentials_and_the_first_demands_them()
    {
        var url = await ReceivePictureAsync();
        using var redirect = await Http.GetAsync(url);
        using var leaked = await Http.GetAsync(redirect.Headers.Location);
        Http.DefaultRequestHeaders.Authorization = null;
        using var anonymous = await Http.GetAsync(url);
        using var unsigned = await Http.GetAsync(new Uri(redirect.Headers.Location!.GetLeftPart(UriPartial.Path)));

        Assert.Equal(HttpStatusCode.BadRequest, leaked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, unsigned.StatusCode);
    }

    [Fact]
    public async Task A_file_may_be_missing_for_the_first_fetches()
    {
        var url = await ReceivePictureAsync();
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.MediaNotFound) { Count = 2 });

        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++) codes.Add((await Http.GetAsync(url)).StatusCode);

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.TemporaryRedirect], codes);
    }

    [Fact]
    public async Task Files_are_listed_described_and_deleted()
    {
        var url = await ReceivePictureAsync();

        var list = await JsonAsync(url.AbsolutePath[..url.AbsolutePath.LastIndexOf('/')] + ".json");
        var one = await JsonAsync($"{url.AbsolutePath}.json");
        using var deleted = await Http.DeleteAsync(new Uri($"{url}.json"));
        using var gone = await Http.GetAsync(url);

        Assert.Equal("image/png", Assert.Single(list.GetProperty("media_list").EnumerateArray()).GetProperty("content_type").GetString());
        Assert.Equal(url.Segments[^1], one.GetProperty("sid").GetString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private async Task<Uri> ReceivePictureAsync()
    {
        Connect();
        var result = await Sandbox.TextAsync(Phone, Demo.Number, "", [new PhoneMedia("image/png", Png)]);
        var fields = Application.Calls.Single().Fields;
        Assert.StartsWith("MM", result!.Sid, StringComparison.Ordinal);
        Assert.Equal(("1", "image/png", ""), (fields["NumMedia"], fields["MediaContentType0"], fields["Body"]));
        return new Uri(fields["MediaUrl0"]!);
    }
}
