using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>
/// As <see cref="ConnectFaultTests"/> for Mailgun, where connecting is several requests: each of those that write fails in turn, before and after it takes effect,
/// and so does each call of the set-up as a whole.
/// </summary>
public sealed class MailConnectFaultTests
{
    private const string Crm = "https://crm.example/in";
    private const int MostTries = 4;

    private static readonly string[] Others = ["https://one.example/a", "https://two.example/b", "https://three.example/c"];

    [Fact]
    public Task Connecting_ends_the_same_whatever_goes_wrong() => ProveAsync("connect", isConnected: false);

    [Fact]
    public Task Disconnecting_ends_the_same_whatever_goes_wrong() => ProveAsync("disconnect", isConnected: true);

    private static async Task ProveAsync(string verb, bool isConnected)
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        var plan = new FaultPlan();
        var (undisturbed, _, writes) = await PlayAsync(workspace, verb, isConnected, plan, null);
        Assert.True(writes.Count >= 3, string.Join(", ", writes));

        foreach (var kind in (string[])[MailMisbehaviour.ServerError, MailMisbehaviour.ServerErrorAfterAccept, MailMisbehaviour.ResetAfterAccept])
            foreach (var (method, path) in writes)
            {
                var (state, tries, _) = await PlayAsync(workspace, verb, isConnected, null, new MailMisbehaviour(kind) { Method = method, Path = path });
                Assert.True(undisturbed == state, $"{kind} at {method} {path}:\n{undisturbed}\n{state}");
                Assert.True(kind != MailMisbehaviour.ServerError || tries == 2, $"{kind} at {method} {path}: {tries}");
            }

        for (var at = 1; at <= plan.Calls.Count; at++)
            if (plan.Calls[at - 1].StartsWith("provider", StringComparison.Ordinal))
                foreach (var fault in Enum.GetValues<Fault>())
                    Assert.Equal(undisturbed, (await PlayAsync(workspace, verb, isConnected, new FaultPlan(new Strike(at, fault)), null)).State);
    }

    private static async Task<Play> PlayAsync(Workspace workspace, string verb, bool isConnected, FaultPlan? plan, MailMisbehaviour? misbehaviour)
    {
        await ArrangeAsync(workspace);
        if (isConnected) Assert.True(await IsOkAsync(workspace, "connect"));
        var begun = workspace.Mailgun.Requests.Count;
        workspace.Suffer(plan);
        if (misbehaviour is not null) workspace.Mailgun.Misbehave(misbehaviour);
        var tries = 1;
        for (; !await IsOkAsync(workspace, verb); tries++)
        {
            Assert.True(tries < MostTries, $"{misbehaviour}: it was never ok.");
            await workspace.ReviveAsync();
        }

        workspace.Suffer(null);
        workspace.Mailgun.Behave();
        await workspace.ReviveAsync();
        var writes = workspace.Mailgun.Requests.Skip(begun).Where(request => request.Method != "GET").Select(request => (request.Method, Lasting(request.Path))).Distinct();
        return new Play(await ShownAsync(workspace), tries, [.. writes]);
    }

    // A route has another id each time.
    private static string Lasting(string path) => path.StartsWith("/v3/routes", StringComparison.Ordinal) ? "/v3/routes" : path.Split('?')[0];

    private static async Task ArrangeAsync(Workspace workspace)
    {
        var mailgun = workspace.Mailgun;
        foreach (var type in WebhooksApi.Types) mailgun.SetWebhook(MailDemo.Domain, type);
        mailgun.SetWebhook(MailDemo.Domain, "opened", Crm, $"{workspace.BaseUrl}hooks/0123456789/email/events");
        mailgun.SetWebhook(MailDemo.Domain, "clicked", Others);
        mailgun.SetRoutes(new SandboxRoute(@"match_recipient("".*@mg.example.com"")", [$"forward(\"{workspace.BaseUrl}hooks/0123456789/email, {Crm}\")", "stop()"], 3, "客服"));
        await workspace.Store.CommitAsync(Tables.Config, "connection", [RowWrite.Delete(workspace.MailChannelId)], default);
    }

    private static async Task<string> ShownAsync(Workspace workspace)
    {
        var mailgun = workspace.Mailgun;
        var record = await workspace.Store.ReadAsync(Tables.Config, "connection", workspace.MailChannelId, default);
        var places = record is null ? "nothing" : JsonDocument.Parse(record.Document).RootElement.GetProperty("places").GetRawText();
        var webhooks = WebhooksApi.Types.Select(type => $"{type}: {string.Join(' ', mailgun.Webhook(MailDemo.Domain, type))}");
        var routes = mailgun.Routes.Select(route => $"{route.Expression} {string.Join(' ', route.Actions)} {route.Description}");
        return string.Join('\n', [.. webhooks, .. routes, places]);
    }

    private static async Task<bool> IsOkAsync(Workspace workspace, string verb)
    {
        try
        {
            var body = verb == "connect" ? new { overwrite = true } : null;
            return await workspace.CallAsync("POST", $"/api/channels/{workspace.MailChannelId}/{verb}", body) is { Status: 200 } done && done.Json.GetProperty("ok").GetBoolean();
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            return false;
        }
    }

    /// <param name="Tries">How often it was asked until it was ok.</param>
    /// <param name="Writes">The requests by which it was done.</param>
    private sealed record Play(string State, int Tries, IReadOnlyList<(string Method, string Path)> Writes);
}
