using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows;
using PPMessage.Flows.Runs;
using PPMessage.Storage;
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
    private string _contact = string.Empty;

    private string Mailbox => $"u{_phone[1..]}@example.cn";

    public async ValueTask InitializeAsync()
    {
        _workspace = await Workspace.StartAsync();
        await _workspace.OpenMailboxAsync();
        _contact = (await _workspace.PostAsync("/api/contacts", new { name = "王芳", phones = new[] { _phone }, emails = new[] { Mailbox } })).Word("id");
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
    public Task A_death_behind_any_call_loses_and_doubles_no_answer() => DyingAsync(test => test._workspace.TextAsync(test._phone, "M"), async test =>
    {
        var run = await test.RunAsync();
        Assert.Equal((RunState.Completed, 1), (run.State, run.Counts.GetValueOrDefault("ask:answered")));
        Assert.Single(test._workspace.Mailgun.Received(test.Mailbox), mail => mail.Text!.Contains("Noted: M", StringComparison.Ordinal));
    });

    [Fact]
    public Task Who_writes_STOP_where_it_was_asked_ends_it_whatever_dies() => DyingAsync(test => test._workspace.TextAsync(test._phone, "STOP"), test => test.IsOverAsync("opted_out"));

    [Fact]
    public Task An_agent_who_writes_where_it_was_asked_takes_over_whatever_dies() => DyingAsync(test => test.WriteAsync(), test => test.IsOverAsync("taken_over"));

    [Fact]
    public async Task Nobody_listens_for_a_contact_who_is_erased()
    {
        Assert.Equal(1, await ListeningAsync());
        await _workspace.CallAsync("DELETE", $"/api/contacts/{_contact}");
        await _workspace.DrainAsync();
        Assert.Equal(0, await ListeningAsync());
    }

    [Fact]
    public async Task A_question_of_a_run_that_lies_there_takes_its_place()
    {
        var other = await _workspace.PublishAsync("""{"name":"Other","trigger":{"on":"api"},"start":"ask","steps":{"ask":{"type":"ask","text":"And the colour?","on":{"answered":null,"timeout":null}}}}""");
        var begun = await _workspace.CallAsync("POST", $"/api/flows/{other}/runs", new { contactId = _contact, channelKind = "sms" });
        Assert.Equal("waiting", begun.Text("state"));
        await _workspace.DrainAsync();
        await IsOverAsync("superseded");
        await TextAsync("Blue");
        Assert.Equal("completed", (await _workspace.GetAsync($"/api/runs/{begun.Id}")).Word("state"));
    }

    /// <summary>What somebody leaves who dies between the run's time-out and the waiter's row.</summary>
    [Fact]
    public async Task An_answer_that_comes_too_late_starts_a_flow_that_ends_what_waits_for_an_agent()
    {
        var patient = await _workspace.PublishAsync("""{"name":"Patient","trigger":{"on":"api"},"start":"wait","steps":{"wait":{"type":"wait","for":"PT2H","unless":["agent"],"next":null,"on":{"agent":null}}}}""");
        var waiting = await _workspace.CallAsync("POST", $"/api/flows/{patient}/runs", new { contactId = _contact, channelKind = "sms" });
        await TextAsync("M");
        var run = await RunAsync();
        await _workspace.PublishAsync("""{"name":"Done","trigger":{"on":"message.received","channelKind":"sms"},"start":"done","steps":{"done":{"type":"resolve","next":null}}}""");
        var row = RunKeys.Waiter(RunKeys.Of(run.Id)!.Value.Ulid);
        await _workspace.Store.CommitAsync("Threads", await ThreadAsync(), [RowWrite.Put(row, new Waiter(run.Id, run.Visit), FlowJson.Default.Waiter)], default);
        await TextAsync("Bye");
        await _workspace.DrainAsync();
        var over = await _workspace.GetAsync($"/api/runs/{waiting.Id}");
        Assert.Equal(("completed", "agent"), (over.Word("state"), over.GetProperty("steps").EnumerateArray().Last().Word("outcome")));
        Assert.Equal(0, await ListeningAsync());
    }

    private static async Task DyingAsync(Func<FarAnswerTests, Task> act, Func<FarAnswerTests, Task> look)
    {
        for (var (at, all) = (1, 1); at <= all; at++)
        {
            await using var test = new FarAnswerTests();
            await test.InitializeAsync();
            var plan = new FaultPlan(new Strike(at, Fault.DiesAfter));
            test._workspace.Suffer(plan);
            await act(test);
            await test._workspace.ReviveAsync();
            await test._workspace.PassAsync(TimeSpan.FromMinutes(4));
            // That Mailgun does not have a mail is believed after half an hour.
            test._workspace.Time.Advance(TimeSpan.FromMinutes(31));
            await test._workspace.PassAsync(TimeSpan.FromMinutes(2));
            test._workspace.Suffer(null);
            all = plan.Calls.Count;
            await look(test);
            Assert.Equal(0, await test.ListeningAsync());
        }
    }

    private async Task IsOverAsync(string reason)
    {
        var run = await RunAsync();
        Assert.Equal((RunState.Ended, reason), (run.State, run.Reason));
        Assert.DoesNotContain("ask:timeout", run.Counts.Keys);
    }

    // Until somebody says that it is done.
    private async Task WriteAsync()
    {
        var contactId = _contact;
        for (var isDone = false; !isDone; await _workspace.ReviveAsync())
            try
            {
                isDone = (await _workspace.CallAsync("POST", "/api/conversations", new { contactId = _contact, kind = "sms", text = "I am looking." }, key: "looking")).Status is 201 or 200;
            }
            catch (HttpRequestException)
            {
            }
    }

    // In the phone's thread, for runs of others.
    private async Task<int> ListeningAsync() => (await _workspace.Store.ReadRangeAsync("Threads", await ThreadAsync(), RowRange.Prefix(RunKeys.WaiterPrefix), 10, default)).Rows.Count;

    private ValueTask<string> ThreadAsync() => _workspace.Services.GetRequiredService<ThreadKeys>().OfAsync(_workspace.ChannelId, new Address(AddressKind.Phone, _phone), default);

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
