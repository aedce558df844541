using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Channels;

public sealed partial class ChannelsApiTests : IAsyncLifetime
{
    private const string Token = "0123456789abcdef0123456789ab3f9c";

    private readonly HashSet<string> _used = [];
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_new_channel_answers_as_the_contract_says()
    {
        var reply = await CreateAsync(name: "客服热线");
        Assert.Equal(201, reply.Status);
        Assert.StartsWith("ch_", reply["id"]);
        Assert.Equal($"/api/channels/{reply["id"]}", reply.Message.Headers.Location?.ToString());
        Assert.Equal("\"1\"", reply.ETag);
        Assert.Equal(("sms", "twilio", "客服热线", "False"), (reply["kind"], reply["provider"], reply["name"], reply["active"]));
        Assert.Equal("2026-11-22T12:00:00Z", reply["createdAt"]);
        Assert.Equal("""{"set":true,"hint":"…3f9c"}""", reply.Json.GetProperty("secrets").GetProperty("authToken").GetRawText().Replace("\\u2026", "…"));
        var channel = await _app.Get<ChannelDirectory>().FindAsync(reply["id"]!, default);
        Assert.Equal(32, channel!.HookKey.Length);
        Assert.Equal($"https://hub.example.com/hooks/{channel.HookKey}/sms", reply.Json.GetProperty("inbound").GetProperty("url").GetString());
        Assert.Equal($"https://hub.example.com/hooks/{channel.HookKey}/sms/status", reply.Json.GetProperty("inbound").GetProperty("statusUrl").GetString());
        Assert.Equal(Token, _app.Get<ChannelDirectory>().Secret(channel, "authToken"));
        Assert.Null(_app.Get<ChannelDirectory>().Secret(channel, "apiKeySecret"));
        Assert.Equal(reply.Text, (await _app.Admin.AskAsync($"/api/channels/{reply["id"]}")).Text);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_none()
    {
        var made = await CreateAsync(name: "客服热线");
        foreach (var same in new[] { "{}", """{"name":"客服热线","secrets":{}}""" })
            Assert.Equal("\"1\"", (await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", same)).ETag);
        Assert.Empty((await _app.Admin.AskAsync("/api/audit?action=channel.changed")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Urls_are_shown_only_while_inbound_is_enabled()
    {
        var made = await CreateAsync(more: ""","inbound":{"enabled":false}""");
        Assert.Equal("""{"enabled":false}""", made["inbound"]);
        var changed = await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"inbound":{"enabled":true}}""");
        Assert.True(changed.Json.GetProperty("inbound").TryGetProperty("url", out _));
    }

    [Theory]
    [InlineData("""{"kind":"fax","provider":"twilio","name":"A"}""", "provider", "twilio/sms")]
    [InlineData("""{"kind":"sms","provider":"acme","name":"A"}""", "provider", "twilio/sms")]
    [InlineData("""{"provider":"twilio","name":"A"}""", "kind", "required")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A"}""", "settings.accountSid", "required")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A"}""", "secrets.authToken", "required")]
    [InlineData("""{"kind":"sms","provider":"twilio"}""", "name", "required")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A","settings":{"odd":"1"}}""", "settings.odd", "not known")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A","settings":{"accountSid":1}}""", "settings.accountSid", "text")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A","secrets":{"authToken":["x"]}}""", "secrets.authToken", "text")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A","inbound":true}""", "inbound", "object")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A","inbound":{"url":"https://x"}}""", "inbound.url", "not known")]
    [InlineData("""{"kind":"sms","provider":"twilio","name":"A","id":"ch_1"}""", "id", "not known")]
    public async Task A_wrong_channel_is_refused(string json, string field, string message)
    {
        var reply = await _app.Admin.PostAsync("/api/channels", json);
        BodyTests.AssertProblem(reply, 400);
        Assert.Contains(message, reply.Json.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task Names_and_secrets_are_bounded_and_a_refusal_repeats_no_secret()
    {
        BodyTests.AssertProblem(await CreateAsync(name: new string('长', 201)), 400);
        Assert.Equal(201, (await CreateAsync(name: new string('长', 200))).Status);
        var reply = await _app.Admin.PostAsync("/api/channels", $$$"""{"kind":"sms","provider":"twilio","name":"A","secrets":{"authToken":"{{{new string('s', 5000)}}}"}}""");
        BodyTests.AssertProblem(reply, 400);
        Assert.DoesNotContain("sssss", reply.Text);
    }

    [Fact]
    public async Task A_patch_merges_settings_and_rotates_only_the_secrets_that_it_names()
    {
        var made = await CreateAsync(secrets: $$"""{"authToken":"{{Token}}","apiKeySecret":"first-api-key-secret"}""");
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        var reply = await _app.Admin.PatchAsync(
            $"/api/channels/{made["id"]}", """{"name":"New","settings":{"region":"au1"},"secrets":{"apiKeySecret":" second-api-key-secret\n "}}""");
        Assert.Equal((200, "New", "\"2\"", "2026-11-22T12:01:00Z"), (reply.Status, reply["name"], reply.ETag, reply["updatedAt"]));
        Assert.Equal(3, reply.Json.GetProperty("settings").GetPropertyCount());
        var channel = (await _app.Get<ChannelDirectory>().FindAsync(made["id"]!, default))!;
        Assert.Equal((Token, "second-api-key-secret"), (_app.Get<ChannelDirectory>().Secret(channel, "authToken"), _app.Get<ChannelDirectory>().Secret(channel, "apiKeySecret")));

        reply = await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"settings":{"region":null},"secrets":{"apiKeySecret":null}}""");
        Assert.Equal((2, 1), (reply.Json.GetProperty("settings").GetPropertyCount(), reply.Json.GetProperty("secrets").GetPropertyCount()));
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"secrets":{"authToken":null}}"""), 400);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"kind":"email"}"""), 400);
    }

    [Fact]
    public async Task A_stale_edit_is_a_412()
    {
        var made = await CreateAsync();
        var path = $"/api/channels/{made["id"]}";
        await _app.Admin.PatchAsync(path, """{"name":"B"}""", made.ETag);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync(path, """{"name":"C"}""", made.ETag), 412);
        BodyTests.AssertProblem(await _app.Admin.RemoveAsync(path, made.ETag), 412);
        await _app.Admin.PostAsync($"{path}/activate");
        Assert.Equal(200, (await _app.Admin.PatchAsync(path, """{"name":"C"}""", "\"2\"")).Status);
    }

    [Fact]
    public async Task Two_live_channels_cant_be_the_same_sender()
    {
        var first = await CreateAsync(number: "+15005550006", name: "First");
        var refused = await CreateAsync(number: "+15005550006");
        BodyTests.AssertProblem(refused, 409);
        Assert.Contains(first["id"]!, refused["detail"]);
        Assert.Contains("First", refused["detail"]);
        var second = await CreateAsync(number: "+15005550007");
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/channels/{second["id"]}", """{"settings":{"phoneNumber":"+15005550006"}}"""), 409);

        await _app.Admin.RemoveAsync($"/api/channels/{first["id"]}?archive=true");
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/channels/{second["id"]}", """{"settings":{"phoneNumber":"+15005550006"}}""")).Status);
        Assert.Equal(201, (await CreateAsync(number: "+15005550007")).Status);
    }

    [Fact]
    public async Task Of_many_channels_for_one_sender_made_at_once_one_stands()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync(number: "+15005550006")));
        Assert.Equal(1, replies.Count(reply => reply.Status == 201));
        Assert.Equal(7, replies.Count(reply => reply.Status == 409));
    }

    [Fact]
    public async Task The_sender_of_a_channel_in_use_does_not_change()
    {
        var made = await CreateAsync();
        _used.Add(made["id"]!);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"settings":{"phoneNumber":"+15005550099"}}"""), 409);
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"settings":{"region":"au1"}}""")).Status);
    }

    [Fact]
    public async Task A_channel_in_use_is_archived_and_not_deleted()
    {
        var made = await CreateAsync();
        var path = $"/api/channels/{made["id"]}";
        await _app.Admin.PostAsync($"{path}/activate");
        _used.Add(made["id"]!);
        BodyTests.AssertProblem(await _app.Admin.RemoveAsync(path), 409);
        BodyTests.AssertProblem(await _app.Admin.RemoveAsync($"{path}?archive=maybe"), 400);
        var archived = await _app.Admin.RemoveAsync($"{path}?archive=true");
        Assert.Equal((200, "True", "False"), (archived.Status, archived["archived"], archived["active"]));
        Assert.Null(await _app.Get<ChannelDirectory>().ActiveAsync("sms", default));
        BodyTests.AssertProblem(await _app.Admin.PostAsync($"{path}/activate"), 409);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync(path, """{"inbound":{"enabled":true}}"""), 409);
        Assert.Equal(200, (await _app.Admin.PatchAsync(path, """{"secrets":{"authToken":"rotated-for-late-callbacks"}}""")).Status);
        var known = (await _app.Get<ChannelDirectory>().FindAsync(made["id"]!, default))!;
        Assert.Equal(made["id"], (await _app.Get<ChannelDirectory>().FindByHookKeyAsync(known.HookKey, default))?.Id);
    }

    [Fact]
    public async Task A_channel_that_nobody_uses_is_deleted()
    {
        var made = await CreateAsync();
        await _app.Admin.PostAsync($"/api/channels/{made["id"]}/activate");
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"/api/channels/{made["id"]}")).Status);
        BodyTests.AssertProblem(await _app.Admin.AskAsync($"/api/channels/{made["id"]}"), 404);
        BodyTests.AssertProblem(await _app.Admin.PostAsync($"/api/channels/{made["id"]}/activate"), 404);
        Assert.Null(await _app.Get<ChannelDirectory>().ActiveAsync("sms", default));
    }

    [Fact]
    public async Task However_many_activate_at_once_one_is_active()
    {
        var ids = new List<string?>();
        for (var i = 0; i < 6; i++) ids.Add((await CreateAsync(number: $"+1500555010{i}"))["id"]);
        var replies = await Task.WhenAll(ids.Concat(ids).Select(id => _app.Admin.PostAsync($"/api/channels/{id}/activate")));
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        var active = (await ItemsAsync()).Where(channel => channel.GetProperty("active").GetBoolean()).ToList();
        Assert.Equal(Assert.Single(active).GetProperty("id").GetString(), (await _app.Get<ChannelDirectory>().ActiveAsync("sms", default))?.Id);
    }

    [Fact]
    public async Task Deactivating_touches_only_the_channel_that_is_active()
    {
        var (first, second) = (await CreateAsync(), await CreateAsync());
        await _app.Admin.PostAsync($"/api/channels/{first["id"]}/activate");
        Assert.Equal("True", (await _app.Admin.PostAsync($"/api/channels/{second["id"]}/activate"))["active"]);
        await _app.Admin.PostAsync($"/api/channels/{first["id"]}/deactivate");
        Assert.Equal(second["id"], (await _app.Get<ChannelDirectory>().ActiveAsync("sms", default))?.Id);
        Assert.Equal("False", (await _app.Admin.PostAsync($"/api/channels/{second["id"]}/deactivate"))["active"]);
        Assert.Null(await _app.Get<ChannelDirectory>().ActiveAsync("sms", default));
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_holds_channels_only()
    {
        for (var i = 0; i < 3; i++) await CreateAsync();
        await _app.Admin.PostAsync($"/api/channels/{(await ItemsAsync())[0].GetProperty("id").GetString()}/activate");
        var first = (await _app.Admin.AskAsync("/api/channels?limit=2")).Json;
        var second = (await _app.Admin.AskAsync($"/api/channels?limit=2&cursor={first.GetProperty("next").GetString()}")).Json;
        Assert.Equal((2, 1, JsonValueKind.Null), (first.GetProperty("items").GetArrayLength(), second.GetProperty("items").GetArrayLength(), second.GetProperty("next").ValueKind));
    }

    [Fact]
    public async Task A_repeat_under_an_idempotency_key_makes_no_second_channel()
    {
        // The process dies behind its first effect.
        _app.Store.AfterCommit = (table, _) => table == "Config" ? throw new PPMessage.Storage.StoreException("dead") : Task.CompletedTask;
        BodyTests.AssertProblem(await CreateAsync(number: "+15005550006", key: "k"), 503);
        _app.Store.AfterCommit = null;
        var first = await CreateAsync(number: "+15005550006", key: "k");
        var repeat = await CreateAsync(number: "+15005550006", key: "k");
        Assert.Equal((201, first.Text), (first.Status, repeat.Text));
        Assert.Single(await ItemsAsync());
    }

    [Fact]
    public async Task An_unknown_hook_key_makes_at_most_one_read_a_second()
    {
        var directory = _app.Get<ChannelDirectory>();
        await directory.AllAsync(default);
        var before = _app.Store.RangeReads;
        for (var i = 0; i < 20; i++) Assert.Null(await directory.FindByHookKeyAsync($"guess{i}", default));
        Assert.Equal(0, _app.Store.RangeReads - before);
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++) await directory.FindByHookKeyAsync($"guess{i}", default);
        Assert.Equal(1, _app.Store.RangeReads - before);
    }

    private Task<TestApp> StartAsync(Dictionary<string, string?>? settings = null, string? directory = null) => TestApp.StartAsync(
        settings, services => services.AddSingleton<ChannelInUse>((id, _) => Task.FromResult(_used.Contains(id))), directory: directory);

    private async Task<IReadOnlyList<JsonElement>> ItemsAsync() => [.. (await _app.Admin.AskAsync("/api/channels")).Json.GetProperty("items").EnumerateArray()];

    private int _numbers;

    private Task<Reply> CreateAsync(string name = "Support line", string? number = null, string? secrets = null, string more = "", string? key = null) => _app.Admin.PostAsync(
        "/api/channels",
        $$$"""
        {"kind":"sms","provider":"twilio","name":"{{{name}}}",
         "settings":{"accountSid":"AC00000000000000000000000000000001","phoneNumber":"{{{number ?? (key is null ? $"+1500555{_numbers++:0000}" : "+15005559999")}}}"},
         "secrets":{{{secrets ?? $$"""{"authToken":"{{Token}}"}"""}}}{{{more}}}}
        """,
        key);
}
