using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Mailgun.Setup;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class MailgunConnectTests(MailWorkspace shared) : MailgunSetupTest(shared)
{
    private const string Route = "route";
    private const string Address = @"match_recipient(""^support@mg\.example\.com$"")";

    private string Forward => $"forward(\"{Mime}\")";

    [Fact]
    public async Task A_bare_account_is_connected_and_mail_and_events_arrive()
    {
        Bare();
        Assert.All(await PlacesAsync(), place => Assert.Equal((null, null, PlaceHolder.Free), (place.Stands, place.Without, place.Holder)));

        await ConnectAsync();
        var route = Assert.Single(Mailgun.Routes);
        Assert.Equal((Address, 0), (route.Expression, route.Priority));
        Assert.Equal([Forward, "store()"], route.Actions);
        Assert.Equal($"PPMessage {Channel.Id}: {Channel.Name}", route.Description);
        Assert.All(WebhooksApi.Types, type => Assert.Equal([Events], Mailgun.Webhook(MailDemo.Domain, type)));

        var mailbox = MailWorkspace.NewMailbox();
        Assert.Equal(200, Assert.Single(await Workspace.MailAsync(mailbox, "你好，订单到哪里了？")).StatusCode);
        var conversation = Assert.Single(await Workspace.OfMailboxAsync(mailbox)).Word("id");
        var answer = await Workspace.SayAsync(conversation, "明天到。");
        await Workspace.MailgunTellsAsync();
        var told = await Workspace.GetAsync($"/api/conversations/{conversation}/messages/{answer.Id}");
        Assert.Equal("delivered", told.State());
    }

    [Fact]
    public async Task What_is_connected_is_read_back_as_wanted_and_written_no_second_time()
    {
        var places = await PlacesAsync();
        Assert.All(places, place => Assert.True(place.IsConnected, place.Name));
        Assert.All(places, place => Assert.Equal((PlaceHolder.Ours, null), (place.Holder, place.Without)));
        Assert.Equal(9, places.Count);

        var requests = Mailgun.Requests.Count;
        Assert.Null(await Setup.WriteAsync(Channel, [.. places.Select(place => Wish.Of(place, place.Wanted))], default));
        Assert.DoesNotContain(Mailgun.Requests.Skip(requests), request => request.Method != "GET");
    }

    [Fact]
    public async Task What_a_place_held_can_be_put_back()
    {
        Bare();
        var old = $"{Workspace.BaseUrl}hooks/0123456789/email/events";
        Mailgun.SetWebhook(MailDemo.Domain, "opened", "https://other.example/a", old);
        Mailgun.AddRoute(new SandboxRoute(@"match_recipient("".*@mg.example.com"")", [$"forward(\"{Mime[..^"/mime".Length]}\")", "stop()"], 3, "客服"));
        var before = await ConnectAsync();
        Assert.All(await PlacesAsync(), place => Assert.True(place.IsConnected, place.Name));

        Assert.Null(await Setup.WriteAsync(Channel, [.. (await PlacesAsync()).Zip(before).Select(pair => Wish.Of(pair.First, pair.Second.Stands))], default));

        Assert.Equal(before.Select(place => place.Stands), (await PlacesAsync()).Select(place => place.Stands));
        Assert.Equal(["https://other.example/a", old], Mailgun.Webhook(MailDemo.Domain, "opened"));
    }

    [Fact]
    public async Task A_route_that_somebody_made_by_hand_is_corrected_and_not_narrowed()
    {
        Mailgun.SetRoutes(new SandboxRoute(@"match_recipient("".*@mg.example.com"")", [$"forward(\"{Mime[..^"/mime".Length]}, https://crm.example/in\")", "stop()"], 3, "客服"));
        await ConnectAsync();

        var route = Assert.Single(Mailgun.Routes);
        Assert.Equal((@"match_recipient("".*@mg.example.com"")", 3, $"客服 (PPMessage {Channel.Id})"), (route.Expression, route.Priority, route.Description));
        Assert.Equal([$"forward(\"{Mime}, https://crm.example/in\")", "store()", "stop()"], route.Actions);
        Assert.True((await PlaceAsync(Route)).IsConnected);
    }

    [Theory]
    [InlineData("forward(\"{email}\")")]
    [InlineData("forward('{email}/events')")]
    [InlineData("forward( \"{email}, {email}/mime\" )")]
    [InlineData("forward(\"{email}\", \"{email}/events\")")]
    public async Task Another_of_our_urls_that_somebody_has_pasted_becomes_the_right_one(string action)
    {
        Mailgun.SetRoutes(new SandboxRoute(@"match_recipient(""^z@mg.example.com$"")", [action.Replace("{email}", Mime[..^"/mime".Length], StringComparison.Ordinal)], 0, "客服"));
        await ConnectAsync();

        Assert.Contains(Mailgun.Routes, route => route.Actions.SequenceEqual([$"forward(\"{Mime}\")", "store()"]));
        Assert.True((await PlaceAsync(Route)).IsConnected);
    }

    [Fact]
    public async Task Disconnecting_leaves_what_is_others()
    {
        Bare();
        Mailgun.SetWebhook(MailDemo.Domain, "opened", "https://other.example/a");
        Mailgun.AddRoute(new SandboxRoute(Address, [Forward, "forward(\"boss@example.com\")"], 0, "老板"));
        await ConnectAsync();
        Assert.Equal(["https://other.example/a", Events], Mailgun.Webhook(MailDemo.Domain, "opened"));

        for (var i = 0; i < 2; i++) Assert.Null(await Setup.WriteAsync(Channel, [.. (await PlacesAsync()).Select(place => Wish.Of(place, place.Without))], default));

        Assert.Equal(["https://other.example/a"], Mailgun.Webhook(MailDemo.Domain, "opened"));
        Assert.Empty(Mailgun.Webhook(MailDemo.Domain, "delivered"));
        Assert.Equal(["forward(\"boss@example.com\")", "store()"], Assert.Single(Mailgun.Routes).Actions);
    }

    [Fact]
    public async Task What_a_broken_connect_left_behind_becomes_one_route()
    {
        var first = Mailgun.Routes[0];
        for (var i = 0; i < 2; i++) Mailgun.AddRoute(new SandboxRoute(first.Expression, first.Actions, first.Priority, first.Description));
        Assert.False((await PlaceAsync(Route)).IsConnected);

        await ConnectAsync();

        Assert.Single(Mailgun.Routes);
        Assert.True((await PlaceAsync(Route)).IsConnected);
    }

    [Fact]
    public async Task An_answer_that_got_lost_makes_no_second_route()
    {
        Bare();
        Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.ServerErrorAfterAccept) { Path = "/v3/routes", Method = "POST" });
        var wish = new Wish(Route, RouteValue.Text([new RouteValue(Address, [Forward, "store()"], 0)]));
        Assert.Contains("HTTP 500", await Setup.WriteAsync(Channel, [wish], default), StringComparison.Ordinal);
        Assert.Null(await Setup.WriteAsync(Channel, [wish], default));
        Assert.Null(await Setup.WriteAsync(Channel, [wish], default));
        Assert.Single(Mailgun.Routes);
    }

    [Fact]
    public async Task Others_routes_and_other_channels_are_not_touched()
    {
        Bare();
        var foreign = new SandboxRoute(@"match_recipient("".*@mg.example.com"")", ["forward(\"https://crm.example/in\")"], 0, "CRM");
        var other = (await Workspace.MakeMailChannelAsync($"sales{Guid.NewGuid():N}@mg.example.com")).GetProperty("inbound");
        Mailgun.AddRoute(foreign);
        Mailgun.AddRoute(new SandboxRoute(@"match_recipient(""^sales.*$"")", [$"forward(\"{other.Word("mimeUrl")}\")"]));
        Mailgun.SetWebhook(MailDemo.Domain, "delivered", other.Word("eventsUrl"));

        await ConnectAsync();

        Assert.Equal(3, Mailgun.Routes.Count);
        Assert.Contains(Mailgun.Routes, route => route with { CreatedAt = default } == foreign with { Id = route.Id });
        Assert.Equal([other.Word("eventsUrl"), Events], Mailgun.Webhook(MailDemo.Domain, "delivered"));
    }

    [Fact]
    public async Task Ours_of_an_old_key_are_replaced_in_webhooks()
    {
        Bare();
        Mailgun.SetWebhook(MailDemo.Domain, "delivered", $"{Workspace.BaseUrl}hooks/0123456789/email/events", "https://other.example/a", $"http://127.0.0.1:1/hooks/{Channel.HookKey}/email/events");
        Assert.Equal(PlaceHolder.Ours, (await PlaceAsync("webhooks.delivered")).Holder);

        await ConnectAsync();

        Assert.Equal(["https://other.example/a", Events], Mailgun.Webhook(MailDemo.Domain, "delivered"));
    }

    [Fact]
    public async Task Three_others_are_replaced_only_when_an_admin_says_so()
    {
        Bare();
        string[] others = ["https://one.example/a", "https://two.example/b", "https://three.example/c"];
        Mailgun.SetWebhook(MailDemo.Domain, "clicked", others);
        Assert.Equal(PlaceHolder.Foreign, (await PlaceAsync("webhooks.clicked")).Holder);

        await ConnectAsync();
        Assert.Equal(others, Mailgun.Webhook(MailDemo.Domain, "clicked"));

        await ConnectAsync(overwrite: true);
        Assert.Equal([others[0], others[1], Events], Mailgun.Webhook(MailDemo.Domain, "clicked"));
    }

    [Fact]
    public async Task A_plan_without_routes_still_gets_its_events_and_says_why_no_mail()
    {
        Bare();
        Mailgun.RefuseRoutes("Your plan has no inbound routes");
        var places = await PlacesAsync();

        var problem = await Setup.WriteAsync(Channel, [.. places.Select(place => Wish.Of(place, place.Wanted))], default);

        Assert.Contains("HTTP 402: “Your plan has no inbound routes”", problem, StringComparison.Ordinal);
        Assert.Equal([Events], Mailgun.Webhook(MailDemo.Domain, "delivered"));
    }

    [Fact]
    public async Task A_key_that_may_not_see_routes_is_no_plan_without_them()
    {
        Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.Refused) { Path = "/v3/routes", Count = 2 });

        Assert.Contains("HTTP 403", (await Setup.SurveyAsync(Channel, default)).Problem, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Warn, Assert.Single(await CheckAsync(), check => check.Name == "route").Status);
    }

    [Fact]
    public async Task What_is_no_place_or_no_value_is_said_so()
    {
        Assert.NotNull(await Setup.WriteAsync(Channel, [new Wish("smsUrl", "x")], default));
        Assert.NotNull(await Setup.WriteAsync(Channel, [new Wish(Route, "x")], default));
        Assert.Single(Mailgun.Routes);
    }

    private void Bare()
    {
        Mailgun.SetRoutes();
        foreach (var type in WebhooksApi.Types) Mailgun.SetWebhook(MailDemo.Domain, type);
    }
}
