using System.Net;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Unsubscribing;

/// <summary>What an unsubscription by link stops, what it leaves alone, and what lifts it.</summary>
public sealed class UnsubscribeScopeTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Who_unsubscribed_by_link_is_still_answered()
    {
        var mail = await Workspace.SendLinkedAsync();
        await Workspace.PressAsync(mail.Path);
        await Workspace.MailAsync(mail.Mailbox, "And where is my order?");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("sending", (await Workspace.SayAsync(mail.Conversation, "on its way")).Json.State());
        await Workspace.MailgunTellsAsync();
        Assert.Contains(Workspace.Mailgun.Received(mail.Mailbox), received => received.Text?.Contains("on its way", StringComparison.Ordinal) == true);
        Assert.Equal("delivered", (await Workspace.MessagesAsync(mail.Conversation))[0].State());
        var consent = (await Workspace.GetAsync($"/api/conversations/{mail.Conversation}")).GetProperty("consent");
        Assert.Equal((true, true), (consent.GetProperty("stopped").GetBoolean(), consent.GetProperty("onlyCampaigns").GetBoolean()));
    }

    [Fact]
    public async Task An_answer_that_failed_is_sent_again_after_the_link_was_pressed()
    {
        var mail = await Workspace.SendLinkedAsync(new MailMisbehaviour(MailMisbehaviour.PaymentRequired));
        await Workspace.PressAsync(mail.Path);
        Assert.Equal("failed", (await Workspace.MessagesAsync(mail.Conversation))[0].State());
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/conversations/{mail.Conversation}/messages/{mail.Message}/retry", new { })).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_unsubscribed_at_the_provider_is_not_written_to_whether_the_link_was_pressed_before_or_after(bool before)
    {
        var mail = await Workspace.SendLinkedAsync(before ? null : new MailMisbehaviour(MailMisbehaviour.Unsubscribed));
        await Workspace.PressAsync(mail.Path);
        if (before)
        {
            Workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.Unsubscribed) with { Recipient = mail.Mailbox });
            await Workspace.SayAsync(mail.Conversation, "one more");
            await Workspace.MailgunTellsAsync();
        }

        var known = (await Workspace.SuppressionAsync(mail.Mailbox))!.Value;
        Assert.Equal((true, false, "provider"), (known.GetProperty("stopped").GetBoolean(), known.GetProperty("onlyCampaigns").GetBoolean(), known.Word("source")));
        var said = (await Workspace.SayAsync(mail.Conversation, "an answer")).Json;
        Assert.Equal("suppressed", said.State());
        Assert.Contains("unsubscribed", said.GetProperty("delivery").GetProperty("error").Word("text"), StringComparison.Ordinal);

        // Here is nothing that our own page could take back.
        Assert.DoesNotContain("<form", (await Workspace.LookAsync(mail.Path)).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("subscribed again", (await Workspace.ResumeAsync(mail.Path)).Html, StringComparison.Ordinal);
        Assert.True((await Workspace.SuppressionAsync(mail.Mailbox))!.Value.GetProperty("stopped").GetBoolean());
    }

    [Fact]
    public async Task An_admin_lifts_it_without_asking_the_provider_and_an_agent_does_not()
    {
        var mail = await Workspace.SendLinkedAsync();
        await Workspace.PressAsync(mail.Path);
        var path = $"/api/suppressions?channelId={Workspace.MailChannelId}&address={mail.Mailbox}";
        var (_, agent) = await Workspace.HireAsync($"Lifts{Guid.NewGuid():N}");
        Assert.Equal(403, (await agent.CallAsync("DELETE", path)).Status);
        var asked = Workspace.Mailgun.Requests.Count;
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", path)).Status);
        Assert.Equal(asked, Workspace.Mailgun.Requests.Count);
        Assert.False((await Workspace.SuppressionAsync(mail.Mailbox))!.Value.GetProperty("stopped").GetBoolean());
        Assert.Contains("value=\"unsubscribe\"", (await Workspace.LookAsync(mail.Path)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flow_that_waits_for_an_answer_goes_on_waiting_and_START_lifts_what_the_link_of_a_text_stopped()
    {
        var flow = await Workspace.PublishAsync("""
            {"name":"问","trigger":{"on":"message.received","channelId":"CHANNEL"},"start":"ask","steps":{
            "ask":{"type":"ask","text":"几号订单？","into":"order","timeout":"PT2H","on":{"timeout":null,"answered":"thanks"}},
            "thanks":{"type":"send","text":"谢谢","next":null}}}
            """.Replace("CHANNEL", Workspace.ChannelId, StringComparison.Ordinal));
        var phone = Calls.NewPhone();
        var conversation = await Workspace.OpenAsync(phone);
        var question = (await Workspace.MessagesAsync(conversation))[0].Word("id");
        var link = await Workspace.LinkAsync(conversation, question);
        Assert.Contains("+86***", WebUtility.HtmlDecode((await Workspace.LookAsync(link)).Html), StringComparison.Ordinal);
        Assert.Equal(200, (await Workspace.PressAsync(link)).Status);
        await Workspace.PassAsync(TimeSpan.FromSeconds(5));

        await Workspace.TextAsync(phone, "1001");
        await Workspace.PassAsync(TimeSpan.Zero);
        Assert.Equal("completed", (await Workspace.RunAsync(conversation, flow)).Reason);
        Assert.Equal(["几号订单？", "谢谢"], Workspace.Got(phone));

        await Workspace.TextAsync(phone, "START");
        Assert.False((await Workspace.GetAsync($"/api/conversations/{conversation}")).GetProperty("consent").GetProperty("stopped").GetBoolean());
        await Workspace.CallAsync("POST", $"/api/flows/{flow}/stop");
    }
}
