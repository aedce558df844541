using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Segments;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Segments;

public sealed class PreviewTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    // Of this test's contacts alone.
    private readonly string _tag = $"客{Calls.NewPhone()}";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task All_are_counted_and_the_newest_are_shown()
    {
        var made = new List<string>();
        for (var i = 0; i < 13; i++)
        {
            made.Add(await EnterAsync($"第{i}位"));
            Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var found = await PreviewAsync(Mine());
        Assert.Equal((13, true), (found.GetProperty("count").GetInt32(), found.GetProperty("exact").GetBoolean()));
        Assert.True(found.GetProperty("evaluated").GetInt32() >= 13);
        Assert.Equal(made.AsEnumerable().Reverse().Take(10), Sample(found));
        Assert.Equal("第12位", found.GetProperty("sample")[0].Word("name"));
    }

    [Fact]
    public async Task What_takes_too_long_is_said_to_be_inexact()
    {
        await EnterAsync("一位");
        Workspace.Suffer(new FaultPlan { Meanwhile = call => Workspace.Time.Advance(call.StartsWith("range Contacts", StringComparison.Ordinal) ? Preview.Longest / 4 : TimeSpan.Zero) });
        var found = await PreviewAsync(Mine());
        Workspace.Suffer(null);
        Assert.False(found.GetProperty("exact").GetBoolean());
        Assert.True((await PreviewAsync(Mine())).GetProperty("exact").GetBoolean());
    }

    [Fact]
    public async Task Erased_and_merged_contacts_are_in_no_segment()
    {
        var (erased, from, into) = (await EnterAsync("一"), await EnterAsync("二"), await EnterAsync("三"));
        await Workspace.CallAsync("DELETE", $"/api/contacts/{erased}");
        await Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { into });
        Assert.Equal([into], Sample(await PreviewAsync(Mine())));
    }

    [Fact]
    public async Task What_contacts_did_can_be_asked_for()
    {
        var (phone, silent) = (Calls.NewPhone(), await EnterAsync("安静"));
        var writer = (await Workspace.PostAsync("/api/contacts", new { name = "李薇", phones = new[] { phone }, tags = new[] { _tag } })).Word("id");
        await Workspace.OpenAsync(phone, "你好");
        await Workspace.OpenAsync(phone, "退订");
        Assert.Equal([writer], Sample(await PreviewAsync(Mine(new { field = "contact.lastSeenAt", op = "within", value = "P1D" }))));
        Assert.Equal([silent], Sample(await PreviewAsync(Mine(new { field = "contact.lastSeenAt", op = "missing" }))));
        Assert.Equal([writer], Sample(await PreviewAsync(Mine(new { field = "consent.sms", op = "eq", value = "stopped" }))));
        Assert.Equal([silent], Sample(await PreviewAsync(Mine(new { field = "consent.sms", op = "eq", value = "open" }))));
        Assert.Equal([writer], Sample(await PreviewAsync(Mine(new { field = "conversations.count", op = "eq", value = 1 }))));
        Assert.Equal([writer], Sample(await PreviewAsync(Mine(new { field = "conversations.lastStartedAt", op = "within", value = "PT1H" }))));
        Assert.Equal([silent], Sample(await PreviewAsync(Mine(new { field = "campaigns.got", op = "missing" }, new { field = "conversations.count", op = "eq", value = 0 }))));
    }

    [Fact]
    public async Task The_built_in_segments_go_by_the_clock()
    {
        var contact = await EnterAsync("新来的");
        Assert.False(await IsInAsync("online", contact));
        await Workspace.CallAsync("PUT", $"/api/contacts/{contact}/presence", new { online = true });
        Assert.Equal((true, true, true), (await IsInAsync("online", contact), await IsInAsync("new", contact), await IsInAsync("active", contact)));
        Workspace.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(await IsInAsync("online", contact));
        Workspace.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((false, true), (await IsInAsync("new", contact), await IsInAsync("active", contact)));
        Workspace.Time.Advance(TimeSpan.FromDays(30));
        Assert.False(await IsInAsync("active", contact));
        await Workspace.CallAsync("PUT", $"/api/contacts/{contact}/presence", new { online = false });
        Assert.Equal((false, true), (await IsInAsync("online", contact), await IsInAsync("active", contact)));
    }

    [Theory]
    [InlineData("{}", "filter")]
    [InlineData("""{"filter":{"field":"contact.name","op":"exists"},"segmentId":"new"}""", "filter")]
    [InlineData("""{"segmentId":"sg_nobody"}""", "segmentId")]
    [InlineData("""{"filter":{"field":"contact.name","op":"gt","value":1}}""", "filter.op")]
    public async Task What_can_not_be_previewed_is_refused_by_place(string body, string place)
    {
        var refused = await Workspace.CallAsync("POST", "/api/segments/preview", JsonElement.Parse(body));
        Assert.Equal(400, refused.Status);
        Assert.Equal([place], refused.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private async Task<string> EnterAsync(string name) => (await Workspace.PostAsync("/api/contacts", new { name, tags = new[] { _tag } })).Word("id");

    private object Mine(params IEnumerable<object> more) => new { filter = new { all = more.Prepend(new { field = "contact.tags", op = "contains", value = _tag }) } };

    private Task<JsonElement> PreviewAsync(object body) => Workspace.PostAsync("/api/segments/preview", body, HttpStatusCode.OK);

    private static IEnumerable<string> Sample(JsonElement found) => found.GetProperty("sample").EnumerateArray().Select(one => one.Word("id"));

    private async Task<bool> IsInAsync(string segmentId, string contactId)
    {
        var segment = (await Workspace.Services.GetRequiredService<SegmentMembership>().CompileAsync(segmentId, default))!;
        return segment.Matches((await segment.ReadOneAsync(contactId, withStanding: false, default))!, Workspace.Time.GetUtcNow());
    }
}
