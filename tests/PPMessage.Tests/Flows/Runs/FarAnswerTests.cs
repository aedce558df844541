using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>A run that lies in a mail's thread asks by text: the answer comes in another thread, in which only a waiter's row knows of it.</summary>
public sealed class FarAnswerTests : IAsyncLifetime
{
    private const string AskByText = """
        {"name":"Asks by text","trigger":{"on":"message.received","channelKind":"email"},"start":"ask","steps":{
          "ask":{"type":"ask","channelKind":"sms","text":"Which size?","into":"size","timeout":"PT10M","on":{"answered":"thanks","timeout":"late"}},
          "thanks":{"type":"send","text":"Noted: {{ vars.size }}","next":null},
          "late":{"type":"note","text":"No size","next":null}}}
        """;

    private readonly string _phone = Workspaces.Calls.NewPhone();
    private Workspace _workspace = null!;
    private string _flow = string.Empty;

    private string Mailbox => $"u{_phone[1..]}@example.cn";

    public async ValueTask InitializeAsync()
    {
        _workspace = await Workspace.StartAsync();
        await _workspace.OpenMailboxAsync();
        await _workspace.PostAsync("/api/contacts", new { name = "王芳", phones = new[] { _phone }, emails = new[] { Mailbox } });
        _flow = await _workspace.PublishAsync(AskByText);
        await _workspace.MailAsync(Mailbox, "你好", "衣服");
        await _workspace.TwilioTellsAsync();
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
    }

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public async Task The_text_that_answers_is_heard_by_the_run_and_by_nobody_else()
    {
        Assert.Equal(["Which size?"], _workspace.Got(_phone));
        await TextAsync("M");
        var run = await RunAsync();
        Assert.Equal((RunState.Completed, "M"), (run.State, run.Frames[0].Variables["size"].GetString()));
        await _workspace.MailgunTellsAsync();
        Assert.Contains(_workspace.Mailgun.Received(Mailbox), mail => mail.Text!.Contains("Noted: M", StringComparison.Ordinal));
        var texted = await TextsAsync();
        Assert.Empty(await _workspace.RunsAsync(texted));
        // Nothing listens there any more: the next text is one like any other.
        await TextAsync("And in blue, please");
        Assert.Single(await _workspace.RunsAsync(texted), one => one.Trigger == "message.received" && one.FlowId != _flow);
    }

    [Fact]
    public async Task A_text_that_comes_too_late_starts_what_any_text_starts()
    {
        await _workspace.PassAsync(TimeSpan.FromMinutes(11));
        await TextAsync("M");
        await _workspace.DrainAsync();
        Assert.Equal(1, (await RunAsync()).Counts["ask:timeout"]);
        Assert.Single(await _workspace.RunsAsync(await TextsAsync()));
    }

    [Fact]
    public async Task An_answer_by_mail_counts_as_well()
    {
        await _workspace.MailAsync(Mailbox, "L", "Re: 衣服");
        Assert.Equal("L", (await RunAsync()).Frames[0].Variables["size"].GetString());
        await TextAsync("M");
        Assert.Single(await _workspace.RunsAsync(await TextsAsync()));
    }

    [Fact]
    public async Task A_death_behind_any_call_loses_and_doubles_no_answer()
    {
        for (var at = 1; ; at++)
        {
            await using var workspace = new FarAnswerTests();
            await workspace.InitializeAsync();
            var plan = new FaultPlan(new Strike(at, Fault.DiesAfter));
            workspace._workspace.Suffer(plan);
            await workspace._workspace.TextAsync(workspace._phone, "M");
            await workspace._workspace.ReviveAsync();
            await workspace._workspace.PassAsync(TimeSpan.FromMinutes(4));
            // That Mailgun does not have a mail is believed after half an hour.
            workspace._workspace.Time.Advance(TimeSpan.FromMinutes(31));
            await workspace._workspace.PassAsync(TimeSpan.FromMinutes(2));
            workspace._workspace.Suffer(null);
            var run = await workspace.RunAsync();
            Assert.True((run.State, run.Counts.GetValueOrDefault("ask:answered")) is (RunState.Completed, 1), $"{at}: {plan.Calls.ElementAtOrDefault(at - 1)}: {run.State}");
            Assert.Single(workspace._workspace.Mailgun.Received(workspace.Mailbox), mail => mail.Text!.Contains("Noted: M", StringComparison.Ordinal));
            if (plan.Calls.Count < at) break;
        }
    }

    private async Task TextAsync(string text)
    {
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await _workspace.TextAsync(_phone, text);
        await _workspace.TwilioTellsAsync();
    }

    private async Task<Run> RunAsync() => await _workspace.RunAsync(await OfAsync("email"), _flow);

    private Task<string> TextsAsync() => OfAsync("sms");

    private async Task<string> OfAsync(string kind) =>
        (await _workspace.ConversationsAsync()).Single(conversation => conversation.Word("channelKind") == kind).GetProperty("id").GetString()!;
}
