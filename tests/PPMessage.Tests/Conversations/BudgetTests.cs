using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>Storage operations are the bill: what each path may cost, with channels and agents in the cache.</summary>
public sealed class BudgetTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_path_costs_more_storage_operations_than_it_may()
    {
        await using var workspace = await Workspace.StartAsync();
        var phone = Calls.NewPhone();
        await workspace.SayAsync(await workspace.OpenAsync(Calls.NewPhone()), "warms the caches");
        await workspace.TwilioTellsAsync();
        var bill = new Bill(workspace, output);

        await bill.MeasureAsync("inbound SMS, new sender", 8, () => workspace.TextAsync(phone, "first"));
        await bill.MeasureAsync("inbound SMS, known sender", 6, () => workspace.TextAsync(phone, "second"));
        var id = (await workspace.OfPhoneAsync(phone))[0].Word("id");
        await bill.MeasureAsync("agent reply", 7, () => workspace.ReplyAsync(id, "answer"));
        await bill.MeasureAsync("inbound SMS again", 6, () => workspace.TextAsync(phone, "third"));
        var callbacks = workspace.Twilio.Callbacks.Count;
        await bill.MeasureAsync("delivery callback", 2, async () =>
        {
            await workspace.TwilioTellsAsync();
            return workspace.Twilio.Callbacks.Count - callbacks;
        });
    }

    [Fact]
    public async Task A_rule_costs_storage_operations_only_where_somebody_is_assigned_by_it()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.HireAsync("Mei");
        await workspace.HireAsync("Wei");
        await workspace.CallAsync("PUT", "/api/settings/assignment", new { method = "in_turn" });
        await workspace.OpenAsync(Calls.NewPhone());
        var (phone, bill) = (Calls.NewPhone(), new Bill(workspace, output));
        await bill.MeasureAsync("inbound SMS, new sender, in turn", 10, () => workspace.TextAsync(phone, "first"));
        await bill.MeasureAsync("inbound SMS, known sender with an assignee", 6, () => workspace.TextAsync(phone, "second"));
        await workspace.CallAsync("PUT", "/api/settings/assignment", new { method = "in_turn", capacity = 2 });
        await workspace.OpenAsync(Calls.NewPhone());
        await bill.MeasureAsync("inbound SMS, new sender, in turn with a capacity", 18, () => workspace.TextAsync(Calls.NewPhone(), "first"));
        await bill.MeasureAsync("inbound SMS, new sender, all full", 18, () => workspace.TextAsync(phone = Calls.NewPhone(), "first"));
        await bill.MeasureAsync("inbound SMS, known sender who waits", 6, () => workspace.TextAsync(phone, "second"));
    }

    [Fact]
    public async Task No_path_of_a_mail_costs_more_storage_operations_than_it_may()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        var (mailbox, correspondent) = (MailWorkspace.NewMailbox(), MailWorkspace.NewMailbox());
        await workspace.MailAsync(correspondent, "warms the caches");
        await workspace.SayAsync((await workspace.OfMailboxAsync(correspondent))[0].Word("id"), "warms them, too");
        await workspace.MailgunTellsAsync();
        var bill = new Bill(workspace, output);
        var longText = string.Join('\n', Enumerable.Repeat("我的订单在哪里？请尽快回复。", 300));
        var files = new MailToWrite { Files = [new MailFile("1.png", "image/png", [1]), new MailFile("2.png", "image/png", [2])] };

        await bill.MeasureAsync("inbound mail, new sender", 10, () => workspace.MailAsync(mailbox, "first"));
        await bill.MeasureAsync("inbound mail, known sender", 10, () => workspace.MailAsync(mailbox, "second"));
        await bill.MeasureAsync("inbound mail, known sender, long text", 10, () => workspace.MailAsync(mailbox, longText));
        await bill.MeasureAsync("inbound mail, new sender, long text", 10, () => workspace.MailAsync(MailWorkspace.NewMailbox(), longText));
        await bill.MeasureAsync("inbound mail, known sender, two files", 12, () => workspace.MailAsync(mailbox, "third", more: files));
        await bill.MeasureAsync("inbound mail, new sender, long text, two files", 12, () => workspace.MailAsync(MailWorkspace.NewMailbox(), longText, more: files));
        var id = (await workspace.OfMailboxAsync(mailbox))[0].Word("id");
        // Not while the reply is counted.
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.Late) { By = TimeSpan.FromMilliseconds(300) });
        await bill.MeasureAsync("agent reply by mail", 7, () => workspace.ReplyAsync(id, "answer"));
        // Those of mail that came in by a route are none of ours, and cost nothing.
        var events = Events();
        await bill.MeasureAsync("mail event", 2, async () =>
        {
            await workspace.MailgunTellsAsync();
            return Events() - events;
        });

        int Events() => workspace.Mailgun.Calls.Count(call => call.Kind == "event" && call.Recipient == mailbox);
    }
}
