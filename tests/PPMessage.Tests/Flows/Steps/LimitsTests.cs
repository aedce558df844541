using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows.Steps;

/// <summary>A flow is data, and data may be wrong: every run comes to an end.</summary>
public sealed class LimitsTests
{
    private const string Round = """
        "a":{"type":"wait","for":"PT1M","next":"b"},"b":{"type":"note","text":"x","next":"a"}
        """;

    [Fact]
    public async Task A_run_takes_so_many_steps_in_its_life()
    {
        var played = await (new Playing { Limits = new FlowLimits { Steps = 10 } }).PlayAsync(FlowOf(Round));
        Assert.Equal(("failed", "too_many_steps", "It took 10 steps."), (played.State, played.Reason, played.Error));
    }

    [Fact]
    public async Task A_run_takes_so_many_steps_between_two_waits()
    {
        var chain = string.Join(',', Enumerable.Range(0, 12).Select(i => $$"""
            "{{(i == 0 ? "a" : $"s{i}")}}":{"type":"note","text":"x","next":{{(i == 11 ? "null" : $"\"s{i + 1}\"")}}}
            """));
        Assert.Equal("completed", (await (new Playing { Limits = new FlowLimits { StepsAtOnce = 12 } }).PlayAsync(FlowOf(chain))).State);
        var played = await (new Playing { Limits = new FlowLimits { StepsAtOnce = 11 } }).PlayAsync(FlowOf(chain));
        Assert.Equal(("too_many_steps", "It took 11 steps without waiting."), (played.Reason, played.Error));
    }

    [Fact]
    public async Task A_flow_that_calls_itself_comes_to_an_end()
    {
        var played = await new Playing().PlayAsync(FlowOf("""
            "a":{"type":"subflow","flowId":"fl_tested","next":null,"on":{"failed":"a"}}
            """));
        Assert.Equal(("failed", "too_many_steps"), (played.State, played.Reason));
    }

    [Fact]
    public async Task A_run_grows_so_old()
    {
        var played = await (new Playing { Limits = new FlowLimits { Days = 30 } }).PlayAsync(FlowOf("""
            "a":{"type":"wait","for":"P20D","next":"b"},"b":{"type":"send","text":"x","next":"a"}
            """));
        Assert.Equal(("ended", "expired", TimeSpan.FromDays(40)), (played.State, played.Reason, played.Lasted()));
        Assert.Equal(["x"], played.Said());
    }

    [Fact]
    public async Task Flows_send_so_many_messages_an_hour()
    {
        var playing = new Playing { Limits = new FlowLimits { MessagesAnHour = 3 } };
        var played = await playing.PlayAsync(FlowOf("""
            "a":{"type":"send","text":"x","next":"b"},"b":{"type":"wait","for":"PT19M","next":"a"}
            """));
        Assert.Equal(3, played.Texts.Count);
        Assert.Equal("Flows have sent 3 messages here within the hour.", played.Error);
        var slower = await (playing with { Limits = playing.Limits with { Steps = 20 } }).PlayAsync(FlowOf("""
            "a":{"type":"send","text":"x","next":"b"},"b":{"type":"wait","for":"PT25M","next":"a"}
            """));
        Assert.Equal((10, "It took 20 steps."), (slower.Texts.Count, slower.Error));
    }

    [Fact]
    public async Task A_simulation_ends_though_the_run_does_not()
    {
        var long_ = await (new Playing { Limits = new FlowLimits { Days = 4000 } }).PlayAsync(FlowOf("""
            "a":{"type":"wait","for":"P90D","next":"b"},"b":{"type":"note","text":"x","next":"a"}
            """));
        Assert.Equal("waiting", long_.State);
        Assert.Contains("It was left after 400 days.", long_.Warnings);
        var often = await (new Playing { Limits = new FlowLimits { Steps = 100_000 } }).PlayAsync(FlowOf(Round));
        Assert.Contains("It was left after 1000 transitions.", often.Warnings);
    }
}
