using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Segments;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Segments;

public sealed class SegmentsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Path = "/api/segments";

    private static readonly object Tagged = new { field = "contact.tags", op = "contains", value = "老客户" };

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_segment_is_made_read_changed_and_deleted()
    {
        var made = await Workspace.CallAsync("POST", Path, new { name = "老客户", description = "买过的", filter = Tagged });
        Assert.Equal((201, $"{Path}/{made.Id}", "\"1\""), (made.Status, made.Location!.ToString(), made.ETag));
        Assert.StartsWith("sg_", made.Id, StringComparison.Ordinal);
        var read = await Workspace.CallAsync("GET", $"{Path}/{made.Id}");
        Assert.Equal(("老客户", "买过的", false), (read.Text("name"), read.Text("description"), read.Json.GetProperty("builtIn").GetBoolean()));
        Assert.Equal("""{"field":"contact.tags","op":"contains","value":"老客户"}""", read.Json.GetProperty("filter").GetRawText());
        Assert.Contains(await Workspace.ListAsync(Path, limit: 2), segment => segment.Word("id") == made.Id);

        Assert.Equal(412, (await Workspace.CallAsync("PATCH", $"{Path}/{made.Id}", new { name = "x" }, ifMatch: "\"7\"")).Status);
        var changed = await Workspace.CallAsync("PATCH", $"{Path}/{made.Id}", new { description = (string?)null, filter = new { not = Tagged } }, ifMatch: "\"1\"");
        Assert.Equal((200, "\"2\"", "老客户", JsonValueKind.Null), (changed.Status, changed.ETag, changed.Text("name"), changed.Json.GetProperty("description").ValueKind));
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"{Path}/{made.Id}", new { filter = new { not = Tagged } }, ifMatch: "\"2\"")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"{Path}/{made.Id}")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"{Path}/{made.Id}")).Status);
        var audit = (await Workspace.ListAsync($"/api/audit?subject={made.Id}")).ToDictionary(line => line.Word("action"), line => line.GetProperty("changes"));
        Assert.Equal(["segment.changed", "segment.created", "segment.deleted"], audit.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("\"not\"", audit["segment.changed"].GetProperty("filter").Word("after"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_built_in_ones_are_listed_first_and_stay_as_they_are()
    {
        await Workspace.PostAsync(Path, new { name = "一", filter = Tagged });
        Assert.Equal(["online", "new", "active"], (await Workspace.ListAsync(Path)).Take(3).Select(segment => segment.Word("id")));
        Assert.Equal((await Workspace.ListAsync(Path)).Select(segment => segment.Word("id")), (await Workspace.ListAsync(Path, limit: 1)).Select(segment => segment.Word("id")));
        var read = await Workspace.CallAsync("GET", $"{Path}/active");
        Assert.Equal((200, true), (read.Status, read.Json.GetProperty("builtIn").GetBoolean()));
        foreach (var method in new[] { "PATCH", "DELETE" })
        {
            var refused = await Workspace.CallAsync(method, $"{Path}/new", method == "PATCH" ? new { name = "neu" } : null);
            Assert.Equal(409, refused.Status);
            Assert.Contains("built in", refused.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_repeated_request_gives_the_same_segment()
    {
        var body = new { name = "一次", filter = Tagged };
        var first = await Workspace.CallAsync("POST", Path, body, key: "once");
        Assert.Equal(first.Id, (await Workspace.CallAsync("POST", Path, body, key: "once")).Id);
    }

    [Fact]
    public async Task Agents_read_and_preview_and_only_admins_change()
    {
        var (_, agent) = await Workspace.HireAsync($"Mei{Calls.NewPhone()[1..]}");
        Assert.Equal(200, (await agent.CallAsync("GET", Path)).Status);
        Assert.Equal(200, (await agent.CallAsync("POST", $"{Path}/preview", new { segmentId = "new" })).Status);
        Assert.Equal(403, (await agent.CallAsync("POST", Path, new { name = "x", filter = Tagged })).Status);
        Assert.Equal(403, (await agent.CallAsync("DELETE", $"{Path}/new")).Status);
    }

    [Theory]
    [InlineData("""{"filter":{"field":"contact.name","op":"exists"}}""", "name")]
    [InlineData("""{"name":"x"}""", "filter")]
    [InlineData("""{"name":"x","filter":null}""", "filter")]
    [InlineData("""{"name":"x","filter":{"all":[]}}""", "filter.all")]
    [InlineData("""{"name":"x","filter":{"any":[{"field":"contact.name","op":"exists"},{"not":{"field":"contact.nickname","op":"exists"}}]}}""", "filter.any[1].not.field")]
    [InlineData("""{"name":"x","filter":{"field":"consent.fax","op":"exists"}}""", "filter.field")]
    [InlineData("""{"name":"x","filter":{"field":"consent.sms","op":"eq","value":"off"}}""", "filter.value")]
    [InlineData("""{"name":"x","filter":{"field":"vars.a","op":"exists"}}""", "filter.field")]
    [InlineData("""{"name":"x","filter":{"field":"conversation.status","op":"exists"}}""", "filter.field")]
    [InlineData("""{"name":"x","filter":{"field":"contact.lastSeenAt","op":"within","value":"30 days"}}""", "filter.value")]
    [InlineData("""{"name":"x","filter":{"field":"campaigns.got","op":"eq","value":"cp_1"}}""", "filter.op")]
    [InlineData("""{"name":"x","filter":{"field":"contact.name","op":"exists"},"colour":1}""", "colour")]
    public async Task What_is_no_segment_is_refused_by_place(string body, string place)
    {
        var refused = await Workspace.CallAsync("POST", Path, JsonElement.Parse(body));
        Assert.Equal(400, refused.Status);
        Assert.Equal([place], refused.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Custom_attributes_are_asked_by_their_types()
    {
        await Workspace.PostAsync("/api/contact-attributes", new { key = "orders9", name = "订单", type = "number" });
        var refused = await Workspace.CallAsync("POST", Path, new { name = "x", filter = new { field = "contact.attributes.orders9", op = "gt", value = "drei" } });
        Assert.Equal("""{"filter.value":["must be a number"]}""", refused.Json.GetProperty("errors").GetRawText());
        Assert.Equal(400, (await Workspace.CallAsync("POST", Path, new { name = "x", filter = new { field = "contact.attributes.orders9", op = "starts_with", value = "3" } })).Status);
        Assert.Equal(201, (await Workspace.CallAsync("POST", Path, new { name = "x", filter = new { field = "contact.attributes.orders9", op = "gt", value = 3 } })).Status);
    }

    [Fact]
    public async Task What_can_be_asked_for_is_listed_with_types_operators_and_choices()
    {
        await Workspace.PostAsync("/api/contact-attributes", new { key = "level9", name = "等级", type = "choice", choices = new[] { "金卡" } });
        var fields = (await Workspace.GetAsync($"{Path}/fields")).GetProperty("items").EnumerateArray().ToDictionary(field => field.Word("name"));
        Assert.Equal(("time", "choice", "list", "boolean"), (fields["contact.lastSeenAt"].Word("type"), fields["consent.email"].Word("type"), fields["campaigns.got"].Word("type"), fields["contact.online"].Word("type")));
        Assert.Equal("""["contains","not_contains","contains_any","contains_all","exists","missing"]""", fields["campaigns.got"].GetProperty("operators").GetRawText());
        Assert.Equal("""["金卡"]""", fields["contact.attributes.level9"].GetProperty("choices").GetRawText());
        Assert.False(fields["contact.name"].TryGetProperty("choices", out _));
    }

    [Fact]
    public async Task A_segment_outlives_the_definitions_that_it_was_written_for()
    {
        await Workspace.PostAsync("/api/contact-attributes", new { key = "tier9", name = "级别", type = "choice", choices = new[] { "金卡", "银卡" } });
        var made = await Workspace.PostAsync(Path, new { name = "金卡", filter = new { field = "contact.attributes.tier9", op = "eq", value = "金卡" } });
        var contact = (await Workspace.PostAsync("/api/contacts", new { name = "金卡客户", attributes = new { tier9 = "金卡" } })).Word("id");
        await Workspace.CallAsync("PATCH", "/api/contact-attributes/tier9", new { choices = new[] { "银卡" } });
        var found = await Workspace.PostAsync($"{Path}/preview", new { segmentId = made.Word("id") }, System.Net.HttpStatusCode.OK);
        Assert.Equal([contact], found.GetProperty("sample").EnumerateArray().Select(one => one.Word("id")));
    }

    [Fact]
    public async Task A_segment_that_is_in_use_is_not_deleted()
    {
        var id = (await Workspace.PostAsync(Path, new { name = "用着", filter = Tagged })).Word("id");
        var api = ActivatorUtilities.CreateInstance<SegmentsApi>(Workspace.Services, (SegmentInUse)((one, _) => Task.FromResult(one == id ? "The campaign '双十一' uses it." : null)));
        var refused = await api.DeleteAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = Workspace.Services }, id, default);
        Assert.Equal(409, Assert.IsAssignableFrom<Microsoft.AspNetCore.Http.IStatusCodeHttpResult>(refused).StatusCode);
        Assert.Equal(200, (await Workspace.CallAsync("GET", $"{Path}/{id}")).Status);
    }
}
