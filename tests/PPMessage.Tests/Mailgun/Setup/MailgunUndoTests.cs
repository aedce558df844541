using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

/// <summary>Connecting and disconnecting as an admin asks for it: what stood at Mailgun is kept, told, and put back.</summary>
public sealed class MailgunUndoTests(MailWorkspace shared) : MailgunSetupTest(shared)
{
    private const string Crm = "https://crm.example/in";
    private const string Address = @"match_recipient(""^support@mg\.example\.com$"")";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        // Its audit lines are the newest.
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        Bare();
        await Workspace.Store.CommitAsync(Tables.Config, "connection", [RowWrite.Delete(Channel.Id)], default);
    }

    [Fact]
    public async Task Connecting_and_disconnecting_leaves_an_account_as_it_was_and_tells_of_both()
    {
        Mailgun.SetWebhook(MailDemo.Domain, "opened", Crm);
        var crm = new SandboxRoute(@"match_recipient(""^sales@mg\.example\.com$"")", [$"forward(\"{Crm}\")"], 0, "CRM");
        Mailgun.AddRoute(crm);

        await ConnectedAsync();
        Assert.Equal([Crm, Events], Webhook("opened"));
        Assert.Equal([Events], Webhook("delivered"));
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await DisconnectedAsync();

        Assert.Equal([Crm], Webhook("opened"));
        Assert.Empty(Webhook("delivered"));
        Assert.Equal("CRM", Assert.Single(Mailgun.Routes).Description);
        var lines = (await Workspace.ListAsync("/api/audit")).Where(one => one.Word("subject") == Channel.Id && one.Word("action").EndsWith("connected", StringComparison.Ordinal)).ToList();
        Assert.Equal(["channel.disconnected", "channel.connected"], lines.Take(2).Select(line => line.Word("action")));
        Assert.All(lines, line => Assert.DoesNotContain(Channel.HookKey, line.Word("detail"), StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(Crm, line.Word("detail"), StringComparison.Ordinal));
        Assert.Contains("https://crm.example/…", lines[0].Word("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_joined_a_webhook_of_ours_stays_when_we_go()
    {
        await ConnectedAsync();
        // A CRM joins, and our address changes.
        Mailgun.SetWebhook(MailDemo.Domain, "delivered", Crm, $"http://127.0.0.1:1/hooks/{Channel.HookKey}/email/events");
        await ConnectedAsync();
        Assert.Equal([Crm, Events], Webhook("delivered"));

        await DisconnectedAsync();

        Assert.Equal([Crm], Webhook("delivered"));
    }

    [Fact]
    public async Task Who_left_a_webhook_is_not_put_back()
    {
        Mailgun.SetWebhook(MailDemo.Domain, "delivered", Crm);
        await ConnectedAsync();
        Mailgun.SetWebhook(MailDemo.Domain, "delivered", Events);

        await DisconnectedAsync();

        Assert.Empty(Webhook("delivered"));
    }

    [Fact]
    public async Task Who_was_replaced_is_put_back()
    {
        string[] others = ["https://one.example/a", "https://two.example/b", "https://three.example/c"];
        Mailgun.SetWebhook(MailDemo.Domain, "clicked", others);
        await ConnectedAsync(overwrite: true);
        Assert.Equal([others[0], others[1], Events], Webhook("clicked"));

        await DisconnectedAsync();

        Assert.Equal(others, Webhook("clicked"));
    }

    [Fact]
    public async Task A_route_that_an_admin_has_put_in_the_place_of_ours_stays_without_us()
    {
        await ConnectedAsync();
        Mailgun.SetRoutes(new SandboxRoute(Address, [$"forward(\"{Mime}, {Crm}\")"], 2, "客服"));
        await ConnectedAsync();
        Assert.Equal([$"forward(\"{Mime}, {Crm}\")", "store()"], Assert.Single(Mailgun.Routes).Actions);

        await DisconnectedAsync();

        var left = Assert.Single(Mailgun.Routes);
        Assert.Contains($"forward(\"{Crm}\")", left.Actions);
        Assert.Equal("客服", left.Description);
    }

    [Fact]
    public async Task What_an_admin_has_added_to_our_route_stays()
    {
        await ConnectedAsync();
        var ours = Assert.Single(Mailgun.Routes);
        Mailgun.SetRoutes(ours with { Actions = [$"forward(\"{Mime}\")", $"forward(\"{Crm}\")", "store()"] });

        await DisconnectedAsync();

        Assert.Equal([$"forward(\"{Crm}\")", "store()"], Assert.Single(Mailgun.Routes).Actions);
    }

    [Fact]
    public async Task A_route_that_was_ours_for_a_time_is_nobody_elses_business_afterwards()
    {
        Mailgun.SetRoutes(new SandboxRoute(Address, [$"forward(\"{Mime}\")", $"forward(\"{Crm}\")"], 0, "客服"));
        await ConnectedAsync();
        await DisconnectedAsync();

        // The record kept what stood there first, our URL among it.
        Assert.Equal("客服", Assert.Single(Mailgun.Routes).Description);
        Mailgun.SetRoutes(new SandboxRoute(Address, [$"forward(\"{Crm}\")"], 0, $"客服 (PPMessage {Channel.Id})"));
        Assert.Equal("free", (await PlaceAsync("route")).Holder.ToString().ToLowerInvariant());
    }

    [Fact]
    public async Task A_route_that_no_longer_fits_the_address_is_left_and_one_is_made()
    {
        const string sales = @"match_recipient(""^(sales|kefu)@mg\.example\.com$"")";
        var changed = new SandboxRoute(sales, [$"forward(\"{Mime}\")", $"forward(\"{Crm}\")", "store()"], 0, $"客服 (PPMessage {Channel.Id})");
        Mailgun.SetRoutes(changed);

        await ConnectedAsync();

        Assert.Equal([sales, Address], Mailgun.Routes.Select(route => route.Expression));
    }

    [Fact]
    public async Task Two_channels_of_one_domain_that_connect_at_once_both_get_their_events()
    {
        var other = (await Workspace.MakeMailChannelAsync($"kefu{Guid.NewGuid():N}@mg.example.com"));
        var connecting = 0;
        Workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (call != FaultySetup.Write || Interlocked.Exchange(ref connecting, 1) == 1) return;
                Assert.Equal(200, Workspace.CallAsync("POST", $"/api/channels/{other.Word("id")}/connect").GetAwaiter().GetResult().Status);
            },
        });

        await ConnectedAsync();

        Workspace.Suffer(null);
        Assert.Equal(1, connecting);
        Assert.All(WebhooksApi.Types, type => Assert.Equal([other.GetProperty("inbound").Word("eventsUrl"), Events], Webhook(type)));
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/channels/{other.Word("id")}/disconnect")).Status);
    }

    [Fact]
    public async Task Who_comes_in_between_is_left_even_when_others_are_overwritten()
    {
        Mailgun.SetWebhook(MailDemo.Domain, "opened", "https://one.example/a");
        Workspace.Suffer(new FaultPlan { Meanwhile = call => { if (call == FaultySetup.Write) Mailgun.SetWebhook(MailDemo.Domain, "opened", "https://one.example/a", Crm); } });

        await ConnectedAsync(overwrite: true);

        Workspace.Suffer(null);
        Assert.Equal(["https://one.example/a", Crm, Events], Webhook("opened"));
    }

    [Fact]
    public async Task A_connected_channel_keeps_its_domain_and_address()
    {
        await ConnectedAsync();
        var settings = new { domain = "mg2.example.com", region = "us", address = MailDemo.Address };

        var refused = await Workspace.CallAsync("PATCH", $"/api/channels/{Channel.Id}", new { settings });

        Assert.Equal(409, refused.Status);
        Assert.Contains("/disconnect", refused.Problem, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Webhook(string type) => Mailgun.Webhook(MailDemo.Domain, type);

    private async Task ConnectedAsync(bool? overwrite = null) => Ok(await Workspace.CallAsync("POST", $"/api/channels/{Channel.Id}/connect", overwrite is { } flag ? new { overwrite = flag } : null));

    private async Task DisconnectedAsync() => Ok(await Workspace.CallAsync("POST", $"/api/channels/{Channel.Id}/disconnect"));

    private static void Ok(Called called)
    {
        Assert.True(called.Status == 200, called.Json.GetRawText());
        Assert.True(called.Json.GetProperty("ok").GetBoolean(), called.Json.GetRawText());
    }

    private void Bare()
    {
        Mailgun.SetRoutes();
        foreach (var type in WebhooksApi.Types) Mailgun.SetWebhook(MailDemo.Domain, type);
    }
}
