using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>What the harness proves of texts, of mail.</summary>
public sealed class MailFaultTests
{
    private const string Text = "明天到。";

    private static readonly MailToWrite WithFiles = new()
    {
        Html = "<p>看<img src=\"cid:photo\"></p>",
        Files = [new MailFile("照片.png", "image/png", [1, 2, 3], "photo"), new MailFile("发票.pdf", "application/pdf", [4, 5, 6, 7])],
    };

    [Fact]
    public Task A_mail_with_files_of_a_new_sender_survives_every_fault_at_every_call() => ProveAsync("mail new, files", Scenario.Nothing, Scenario.Mail("看图", WithFiles));

    [Fact]
    public Task A_long_mail_of_a_known_sender_survives_every_fault_at_every_call() =>
        ProveAsync("mail known, long", Scenario.Correspond, Scenario.Mail(string.Join('\n', Enumerable.Repeat("我的订单在哪里？请尽快回复。", 300))));

    [Fact]
    public Task A_mail_to_two_of_our_addresses_is_one_message_whatever_goes_wrong() =>
        ProveAsync("mail to two", Scenario.Nothing, Scenario.Mail("两个地址", new MailToWrite { To = [MailDemo.Address, "sales@mg.example.com"] }));

    [Fact]
    public Task An_answer_by_mail_survives_every_fault_at_every_call_and_arrives_once() => ProveAsync("mail reply", Scenario.Correspond, Scenario.ReplyByMail(Text));

    [Fact]
    public Task An_answer_that_Mailgun_puts_off_arrives_once() =>
        ProveAsync("mail reply put off", Scenario.Correspond, Scenario.ReplyByMail(Text, new MailMisbehaviour(MailMisbehaviour.TooManyRequests)));

    [Fact]
    public Task Events_survive_every_fault_at_every_call() => ProveAsync("mail events", Scenario.AnsweredByMail(Text), Scenario.Callbacks);

    [Fact]
    public Task A_bounce_survives_every_fault_at_every_call_and_stops_the_next() =>
        ProveAsync("mail events with bounce", Scenario.AnsweredByMail(Text, new MailMisbehaviour(MailMisbehaviour.PermanentFail)), Scenario.Callbacks);

    [Fact]
    public Task An_answer_that_reopens_a_resolved_conversation_survives_every_fault_at_every_call() =>
        ProveAsync("mail reopens", Scenario.CorrespondAndResolve, Scenario.AnswerByMail("还有一个问题。"));

    [Fact]
    public Task An_answer_with_a_file_by_the_preferred_channel_survives_every_fault_at_every_call_and_arrives_once() =>
        ProveAsync("offline reply by mail, file", Scenario.TalkAndLeave, Scenario.ReplyWithFile(Text));

    // "Mailgun does not know it" is believed after half an hour.
    private static Task ProveAsync(string name, Func<Stage, Task> arrange, Func<Stage, Task> act) =>
        new FaultHarness(new Scenario(name, arrange, act)) { Doubt = TimeSpan.FromMinutes(70) }.ProveAsync();
}
