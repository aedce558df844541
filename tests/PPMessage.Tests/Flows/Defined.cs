using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

/// <summary>Definitions, and flows made of them over the API.</summary>
internal static class Defined
{
    /// <summary>Waits a day.</summary>
    public static JsonElement Waiting(string name = "等一天") => Of($$$$"""{"name":"{{{{name}}}}","trigger":{"on":"api"},"start":"wait","steps":{"wait":{"type":"wait","for":"P1D","next":null}}}""");

    /// <summary>Fails at once: the text of its note comes out empty.</summary>
    public static JsonElement Failing() =>
        Of("""{"name":"失败","trigger":{"on":"api"},"start":"note","steps":{"note":{"type":"note","text":"{{ vars.none }}","next":null}},"variables":{"none":""}}""");

    /// <summary>Says something to whoever writes, and is over.</summary>
    public static JsonElement Saying(string text, string trigger = """{"on":"message.received","channelKind":"sms"}""") =>
        Of($$$$"""{"name":"{{{{text}}}}","trigger":{{{{trigger}}}},"start":"say","steps":{"say":{"type":"send","text":"{{{{text}}}}","next":null}}}""");

    public static JsonElement Calling(string flowId, string name = "调用") =>
        Of($$$$"""{"name":"{{{{name}}}}","trigger":{"on":"api"},"start":"call","steps":{"call":{"type":"subflow","flowId":"{{{{flowId}}}}","next":null}}}""");

    public static JsonElement Of(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    public static async Task<string> FlowAsync(this Workspace workspace, JsonElement definition)
    {
        var made = await workspace.CallAsync("POST", "/api/flows", new { definition });
        Assert.True(made.Status == 201, made.Json.GetRawText());
        return made.Id;
    }

    public static async Task<string> PublishedAsync(this Workspace workspace, JsonElement definition, bool replace = false)
    {
        var id = await workspace.FlowAsync(definition);
        var done = await workspace.PublishDraftAsync(id, replace: replace);
        Assert.True(done.Status == 200, done.Json.GetRawText());
        return id;
    }

    public static Task<Called> PublishDraftAsync(this Workspace workspace, string id, string? note = null, bool force = false, bool replace = false, string? key = null) =>
        workspace.CallAsync("POST", $"/api/flows/{id}/publish", new { note, force, replace }, key: key);

    public static async Task<Called> DraftAsync(this Workspace workspace, string id, JsonElement definition, string? ifMatch = null) =>
        await workspace.CallAsync("PUT", $"/api/flows/{id}/draft", definition, ifMatch: ifMatch);

    public static bool Flag(this JsonElement json, string name) => json.GetProperty(name).GetBoolean();
}
