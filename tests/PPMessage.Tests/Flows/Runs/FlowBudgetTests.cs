using PPMessage.Local.Sandbox;
using PPMessage.Tests.Conversations;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>What flows add to the bill: the storage operations of a text that a flow hears, and of what wakes its runs, with channels, agents and flows in the cache.</summary>
public sealed class FlowBudgetTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Answers = """
        {"name":"Answers","trigger":{"on":"message.received","channelKind":"sms"},"start":"answer","steps":{
          "answer":{"type":"send","text":"We have got: {{ message.text }}","next":null}}}
        """;

    private const string Branches = """
        {"name":"Branches","trigger":{"on":"message.received","channelKind":"sms"},"start":"plan","steps":{
          "plan":{"type":"branch","cases":[{"outcome":"pro","when":{"field":"contact.attributes.plan","op":"eq","value":"pro"}}],"on":{"pro":null,"else":null}}}}
        """;

    private const string BranchesWhere = """
        {"name":"Branches","trigger":{"on":"message.received","channelKind":"sms","when":{"field":"contact.attributes.plan","op":"missing"}},"start":"plan","steps":{
          "plan":{"type":"branch","cases":[{"outcome":"pro","when":{"field":"contact.tags","op":"contains","value":"pro"}}],"on":{"pro":null,"else":null}}}}
        """;

    private const string Asks = """
        {"name":"Asks","trigger":{"on":"message.received","channelKind":"sms"},"start":"ask","steps":{
          "ask":{"type":"ask","text":"Which order?","into":"order","timeout":"PT10M","next":"thanks","on":{"timeout":"bye"}},
          "thanks":{"type":"send","text":"Order {{ vars.order }}, thank you.","next":null},
          "bye":{"type":"send","text":"Write again any time.","next":null}}}
        """;

    private const string Sets = """
        {"name":"Sets","trigger":{"on":"message.received","channelKind":"sms"},"start":"set","steps":{
          "set":{"type":"set","contact":{"attributes":{"plan":"pro"}},"next":null}}}
        """;

    private readonly string _phone = Workspaces.Calls.NewPhone();
    private Workspace _workspace = null!;
    private Bill _bill = null!;

    public async ValueTask InitializeAsync()
    {
        _workspace = await Workspace.StartAsync();
        await _workspace.OpenAsync(_phone, "warms the caches");
        _bill = new Bill(_workspace, output);
    }

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public async Task The_built_in_flow_costs_nothing()
    {
        await _bill.MeasureAsync("inbound SMS, known sender, built-in flow", 6, () => TextAsync("second"));
        await _bill.MeasureAsync("inbound SMS, new sender, built-in flow", 7, () => _workspace.TextAsync(Workspaces.Calls.NewPhone(), "first"));
    }

    [Fact]
    public async Task An_automatic_answer_costs_the_record_of_what_the_provider_said()
    {
        await PublishAsync(Answers);
        await _bill.MeasureAsync("inbound SMS, known sender, automatic answer", 6 + 1, () => TextAsync("second"));
        await _bill.MeasureAsync("inbound SMS, new sender, automatic answer", 7 + 1, () => _workspace.TextAsync(Workspaces.Calls.NewPhone(), "first"));
    }

    [Fact]
    public async Task A_condition_on_the_contact_costs_one_read_and_none_for_a_contact_that_is_just_made()
    {
        await PublishAsync(Branches);
        await _bill.MeasureAsync("inbound SMS, known sender, branch on an attribute", 6 + 1, () => TextAsync("second"));
        await _bill.MeasureAsync("inbound SMS, new sender, branch on an attribute", 7, () => _workspace.TextAsync(Workspaces.Calls.NewPhone(), "first"));
    }

    [Fact]
    public async Task What_decides_whether_a_flow_starts_is_not_read_again_by_its_steps()
    {
        await PublishAsync(BranchesWhere);
        await _bill.MeasureAsync("inbound SMS, known sender, trigger and branch on an attribute", 6 + 1, () => TextAsync("second"));
    }

    [Fact]
    public async Task A_change_of_the_contact_costs_a_read_to_decide_and_two_operations_to_make()
    {
        await PublishAsync(Sets);
        await _bill.MeasureAsync("inbound SMS, known sender, attribute set", 6 + 3, () => TextAsync("second"));
    }

    [Fact]
    public async Task A_question_costs_its_message_and_a_wake_and_the_answer_costs_a_message_like_any_other()
    {
        await PublishAsync(Asks);
        await _bill.MeasureAsync("inbound SMS, known sender, ask", 6 + 1 + 1, () => TextAsync("second"));
        await _bill.MeasureAsync("inbound SMS that answers, automatic answer", 6 + 1, () => TextAsync("1001"));
        // That of the phone that warmed the caches comes as well.
        await WaitAsync();
        await _bill.MeasureAsync("the wake of a question that was answered", 3, () => DrainAsync(2));
    }

    [Fact]
    public async Task A_time_out_costs_a_reading_a_commit_the_inbox_and_its_message()
    {
        await PublishAsync(Asks);
        await WaitAsync();
        await _workspace.PassAsync(TimeSpan.FromMinutes(11));
        await TextAsync("second");
        await WaitAsync();
        await _bill.MeasureAsync("time-out, automatic answer", 5 + 1, () => DrainAsync(1));
        await _workspace.TwilioTellsAsync();
        Assert.Equal("Write again any time.", _workspace.Got(_phone).Last());
    }

    [Fact]
    public async Task A_call_is_made_by_the_queue_and_costs_its_message_a_claim_a_commit_and_the_runs_row()
    {
        var orders = _workspace.Twilio.Programs.Url(DemoOrders.Name);
        await PublishAsync($$$"""
            {"name":"Calls","trigger":{"on":"message.received","channelKind":"sms"},"start":"call","steps":{
              "call":{"type":"http","url":"{{{orders}}}/{{ message.text }}","into":{"state":"/state"},"next":null,"on":{"failed":null,"refused":null} } } }
            """);
        await _workspace.DrainAsync();
        await _bill.MeasureAsync("inbound SMS, known sender, call", 6 + 8, async () =>
        {
            await TextAsync("1001");
            return await _workspace.DrainAsync();
        });
        Assert.Equal(["/1001", "/1001", "/1001"], _workspace.Twilio.Programs.Requests(DemoOrders.Name).Select(request => request.Target));
    }

    [Fact]
    public async Task Steps_that_only_decide_cost_nothing()
    {
        var steps = string.Join(',', Enumerable.Range(0, 20).Select(i => $$"""
            "s{{i}}":{"type":"set","variables":{"n":{{i}} },"next":{{(i == 19 ? "null" : $"\"s{i + 1}\"")}}}
            """));
        await PublishAsync($$"""{"name":"Long","trigger":{"on":"message.received","channelKind":"sms"},"start":"s0","steps":{ {{steps}} } }""");
        await _bill.MeasureAsync("inbound SMS, known sender, 20 steps", 6, () => TextAsync("second"));
    }

    private async Task PublishAsync(string definition)
    {
        await _workspace.PublishAsync(definition);
        await WarmAsync();
    }

    /// <summary>Somebody else texts, and answers what may be asked: the flow is read and compiled, and what is cached is fresh.</summary>
    private async Task WarmAsync()
    {
        var phone = Workspaces.Calls.NewPhone();
        await _workspace.TextAsync(phone, "1001");
        await _workspace.TextAsync(phone, "1001");
        await _workspace.TwilioTellsAsync();
    }

    private Task<InboundResult?> TextAsync(string text) => _workspace.TextAsync(_phone, text);

    /// <summary>Until what was asked is over.</summary>
    private async Task WaitAsync()
    {
        await _workspace.TwilioTellsAsync();
        _workspace.Time.Advance(TimeSpan.FromMinutes(11));
        await WarmAsync();
    }

    /// <summary>Works the queue; the looking into it is the host's and not on the bill.</summary>
    private async Task<int> DrainAsync(int messages)
    {
        await _workspace.DrainAsync();
        return messages;
    }
}
