using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows.Definitions;

/// <summary>A flow's own cases are held against their form when it is saved, not when they are played.</summary>
public sealed class FlowTestReaderTests
{
    [Theory]
    [InlineData("""{"given":{"events":[{"reply":"1"},{"after":"soon"}]},"expect":{}}""", "given.events[1].after", "must be a duration of at most 400 days")]
    [InlineData("""{"given":{"events":[{"after":"P401D"}]},"expect":{}}""", "given.events[0].after", "must be a duration")]
    [InlineData("""{"given":{"events":[{"reply":"1","agent":true}]},"expect":{}}""", "given.events[0].reply", "an event is one thing")]
    [InlineData("""{"given":{"events":[{"agent":5}]},"expect":{}}""", "given.events[0].agent", "must be true, or an agent's id or name")]
    [InlineData("""{"given":{"events":[{"http":{"status":20}}]},"expect":{}}""", "given.events[0].http.status", "must be a status from 100 to 599")]
    [InlineData("""{"given":{"events":[{"http":{"status":200},"after":"PT1S"}]},"expect":{}}""", "given.events[0].after", "does not go with http")]
    [InlineData("""{"given":{"events":[{"step":"a"}]},"expect":{}}""", "given.events[0].step", "goes with http only")]
    [InlineData("""{"given":{"events":[{"after":"PT1S","until":1}]},"expect":{}}""", "given.events[0].until", "is not known; it may be after, reply, agent, http, step")]
    [InlineData("""{"given":{"at":"tomorrow"},"expect":{}}""", "given.at", "must be a time")]
    [InlineData("""{"given":{"at":"9999-12-31T00:00:00Z"},"expect":{}}""", "given.at", "must be a time from 2000 to 2100")]
    [InlineData("""{"given":{"contact":{"id":"ct_1","name":"李"}},"expect":{}}""", "given.contact.id", "leave out what describes one")]
    [InlineData("""{"given":{"contact":{"phones":["1"]}},"expect":{}}""", "given.contact.phones[0]", "is no phone number")]
    [InlineData("""{"given":{"contact":{"age":1}},"expect":{}}""", "given.contact.age", "is not known")]
    [InlineData("""{"given":{"agents":[{"availability":"ready"}]},"expect":{}}""", "given.agents[0].name", "is required")]
    [InlineData("""{"given":{"agents":[{"name":"x","availability":"asleep"}]},"expect":{}}""", "given.agents[0].availability", "must be one of: ready, busy, away")]
    [InlineData("""{"given":{"http":"maybe"},"expect":{}}""", "given.http", "must be one of: ok, failed")]
    [InlineData("""{"given":{"definition":{}},"expect":{}}""", "given.definition", "is not known")]
    [InlineData("""{"given":[],"expect":{}}""", "given", "must be an object")]
    [InlineData("""{"expect":{"texts":[1]}}""", "expect.texts[0]", "must be an object")]
    [InlineData("""{"expect":{"texts":[{"begins":"x"}]}}""", "expect.texts[0].contains", "is required")]
    [InlineData("""{"expect":{"state":"done"}}""", "expect.state", "must be one of: waiting, running, completed, failed, ended, not_started")]
    [InlineData("""{"expect":{"path":"a"}}""", "expect.path", "must be a list")]
    [InlineData("""{"expect":{"outcomes":{"a":1}}}""", "expect.outcomes.a", "must be an outcome")]
    [InlineData("""{"expect":{"colour":1}}""", "expect.colour", "is not known")]
    [InlineData("""{"given":{}}""", "expect", "is required")]
    public void A_case_that_is_wrong_is_told_with_its_place(string test, string place, string words)
    {
        var mistakes = Mistakes(FlowOf("\"a\":{\"type\":\"end\"}", $$"""
            "tests":[{"name":"t",{{test[1..]}}]
            """));
        Assert.True(mistakes.TryGetValue($"tests[0].{place}", out var told), string.Join("; ", mistakes.Select(one => $"{one.Key} {one.Value[0]}")));
        Assert.Contains(words, told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_that_a_message_starts_needs_one_in_each_case() =>
        Assert.Equal(["tests[0].given.message"], Mistakes("""
            {"name":"n","trigger":{"on":"message.received"},"start":"a","steps":{"a":{"type":"end"}},"tests":[{"name":"t","expect":{}},{"name":"u","given":{"message":{"text":"hi"}},"expect":{}}]}
            """).Keys);
}
