using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts.Attributes;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts.Attributes;

public sealed class AttributesApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Path = "/api/contact-attributes";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_definition_is_made_read_changed_and_deleted()
    {
        var made = await Workspace.CallAsync("POST", Path, new { key = "plan1", name = "套餐", type = "choice", choices = new[] { "免费", "专业" } });
        Assert.Equal((201, $"{Path}/plan1", "\"1\""), (made.Status, made.Location!.ToString(), made.ETag));
        var read = await Workspace.CallAsync("GET", $"{Path}/plan1");
        Assert.Equal(("plan1", "套餐", "choice", """["免费","专业"]"""), (read.Text("key"), read.Text("name"), read.Text("type"), read.Json.GetProperty("choices").GetRawText()));
        Assert.Contains(await Workspace.ListAsync(Path), definition => definition.Word("key") == "plan1");
        Assert.Equal(412, (await Workspace.CallAsync("PATCH", $"{Path}/plan1", new { name = "x" }, ifMatch: "\"7\"")).Status);
        var changed = await Workspace.CallAsync("PATCH", $"{Path}/plan1", new { choices = new[] { "专业", "企业" } }, ifMatch: "\"1\"");
        Assert.Equal((200, "\"2\"", "套餐"), (changed.Status, changed.ETag, changed.Text("name")));
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"{Path}/plan1")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"{Path}/plan1")).Status);
        var audit = (await Workspace.ListAsync("/api/audit?subject=plan1")).ToDictionary(line => line.Word("action"), line => line.GetProperty("changes").GetRawText());
        Assert.Equal(["attribute.changed", "attribute.created", "attribute.deleted"], audit.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("""{"choices":{"before":["免费","专业"],"after":["专业","企业"]}}""", audit["attribute.changed"]);
    }

    [Fact]
    public async Task A_type_never_changes_and_a_key_is_taken_once()
    {
        await DefineAsync("kind2", "number");
        var other = await Workspace.CallAsync("PATCH", $"{Path}/kind2", new { type = "choice", choices = new[] { "a" } });
        Assert.Equal(409, other.Status);
        Assert.Contains("make a new attribute", other.Problem, StringComparison.Ordinal);
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"{Path}/kind2", new { type = "number" })).Status);
        Assert.Equal(409, (await Workspace.CallAsync("POST", Path, new { key = "kind2", name = "again", type = "number" })).Status);
    }

    [Fact]
    public async Task A_repeated_request_gives_the_same_definition()
    {
        var body = new { key = "once3", name = "一次", type = "date" };
        Assert.Equal(201, (await Workspace.CallAsync("POST", Path, body, key: "once3")).Status);
        Assert.Equal(201, (await Workspace.CallAsync("POST", Path, body, key: "once3")).Status);
    }

    [Theory]
    [InlineData("""{"key":"1a","name":"x","type":"text"}""", "key")]
    [InlineData("""{"key":"a-b","name":"x","type":"text"}""", "key")]
    [InlineData("""{"key":"城市","name":"x","type":"text"}""", "key")]
    [InlineData("""{"key":"bad","name":"x","type":"money"}""", "type")]
    [InlineData("""{"key":"bad","type":"text"}""", "name")]
    [InlineData("""{"key":"bad","name":"x","type":"choice"}""", "choices")]
    [InlineData("""{"key":"bad","name":"x","type":"choice","choices":[]}""", "choices")]
    [InlineData("""{"key":"bad","name":"x","type":"text","choices":["a"]}""", "choices")]
    [InlineData("""{"key":"bad","name":"x","type":"text","colour":1}""", "colour")]
    public async Task What_is_no_definition_is_refused_by_field(string body, string field)
    {
        var refused = await Workspace.CallAsync("POST", Path, JsonElement.Parse(body));
        Assert.Equal(400, refused.Status);
        Assert.Equal([field], refused.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("text", """ "随便" """, "5", "a text")]
    [InlineData("number", "-1.5e3", """ "5" """, "a number")]
    [InlineData("number", "1e300", "1e400", "a number")]
    [InlineData("date", """ "2026-11-22" """, """ "2026-11-22T10:00:00Z" """, "2026-11-22")]
    [InlineData("date", """ "2024-02-29" """, """ "2026-02-29" """, "2026-11-22")]
    [InlineData("boolean", "true", """ "true" """, "true or false")]
    [InlineData("choice", """ "专业" """, """ "黄金" """, "免费, 专业")]
    [InlineData("list", """ ["茶","咖啡"] """, """ "茶" """, "a list")]
    public async Task A_value_agrees_with_its_definition_or_is_refused(string type, string good, string bad, string allowed)
    {
        var key = $"v{Calls.NewPhone()[1..]}";
        await DefineAsync(key, type);
        var made = await Workspace.CallAsync("POST", "/api/contacts", Body(key, good));
        Assert.True(made.Status == 201, made.Json.GetRawText());
        Assert.Equal(good.Trim(), made.Json.GetProperty("attributes").GetProperty(key).GetRawText());
        foreach (var refused in new[] { await Workspace.CallAsync("POST", "/api/contacts", Body(key, bad)), await Workspace.CallAsync("PATCH", $"/api/contacts/{made.Id}", Body(key, bad)) })
        {
            Assert.Equal(400, refused.Status);
            Assert.Contains(allowed, refused.Json.GetProperty("errors").GetProperty($"attributes.{key}")[0].GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{made.Id}", Body(key, "null"))).Status);
    }

    [Fact]
    public async Task A_text_and_a_list_have_their_bounds()
    {
        await DefineAsync("long4", "text");
        await DefineAsync("many4", "list");
        Assert.Equal(201, (await Workspace.CallAsync("POST", "/api/contacts", new { attributes = new { long4 = new string('长', 4000) } })).Status);
        Assert.Equal(400, (await Workspace.CallAsync("POST", "/api/contacts", new { attributes = new { long4 = new string('长', 4001) } })).Status);
        Assert.Equal(201, (await Workspace.CallAsync("POST", "/api/contacts", new { attributes = new { many4 = Enumerable.Repeat("a", 100) } })).Status);
        Assert.Equal(400, (await Workspace.CallAsync("POST", "/api/contacts", new { attributes = new { many4 = Enumerable.Repeat("a", 101) } })).Status);
    }

    [Fact]
    public async Task A_choice_that_was_removed_stands_until_it_is_changed()
    {
        await DefineAsync("left5", "choice");
        var contact = (await Workspace.CallAsync("POST", "/api/contacts", new { attributes = new { left5 = "免费" } })).Id;
        await Workspace.CallAsync("PATCH", $"{Path}/left5", new { choices = new[] { "专业" } });
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { name = "王", attributes = new { left5 = "免费" } })).Status);
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { attributes = new { left5 = "专业" } })).Status);
        Assert.Equal(400, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { attributes = new { left5 = "免费" } })).Status);
        await Workspace.CallAsync("DELETE", $"{Path}/left5");
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { attributes = new { left5 = 7 } })).Status);
    }

    [Fact]
    public async Task Agents_read_definitions_and_admins_write_them()
    {
        var (_, agent) = await Workspace.HireAsync("definitions");
        using (agent)
        {
            Assert.Equal(200, (await agent.CallAsync("GET", Path)).Status);
            Assert.Equal(403, (await agent.CallAsync("POST", Path, new { key = "no6", name = "x", type = "text" })).Status);
            Assert.Equal(403, (await agent.CallAsync("DELETE", $"{Path}/no6")).Status);
        }
    }

    [Fact]
    public async Task There_are_at_most_200()
    {
        await using var workspace = await Workspace.StartAsync();
        var (attributes, now) = (workspace.Services.GetRequiredService<AttributeStore>(), workspace.Time.GetUtcNow());
        for (var i = 1; i < AttributeStore.Most; i++) await attributes.InsertAsync(new AttributeDefinition($"a{i}", "x", AttributeType.Text, [], string.Empty, now, now), default);
        await workspace.PostAsync(Path, new { key = "last", name = "x", type = "text" });
        Assert.Equal(409, (await workspace.CallAsync("POST", Path, new { key = "more", name = "x", type = "text" })).Status);
        Assert.Equal(200, (await workspace.ListAsync(Path, limit: 50)).Count);
    }

    private static JsonElement Body(string key, string value) => JsonElement.Parse($$"""{"attributes":{"{{key}}":{{value}} } }""");

    private async Task DefineAsync(string key, string type)
    {
        object body = type == "choice" ? new { key, name = key, type, choices = new[] { "免费", "专业" } } : new { key, name = key, type };
        var made = await Workspace.CallAsync("POST", Path, body);
        Assert.True(made.Status == 201, made.Json.GetRawText());
    }
}
