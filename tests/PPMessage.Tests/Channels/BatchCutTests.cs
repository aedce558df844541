using PPMessage.Channels;
using Xunit;

namespace PPMessage.Tests.Channels;

public sealed class BatchCutTests
{
    private static readonly Channel Channel = new()
    {
        Id = "ch_1", Kind = "email", Provider = "any", Name = "Mail", Settings = new Dictionary<string, string>(), Secrets = new Dictionary<string, WrappedSecret>(), HookKey = "k",
        CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void Groups_have_no_more_than_a_call_takes_and_keep_the_order() =>
        Assert.Equal(["a b c", "d e f", "g"], Cut(Sending(recipients: 3), "abcdefg".Select(c => Message($"{c}"))));

    [Fact]
    public void Groups_are_no_heavier_than_a_call_takes_and_what_is_too_heavy_is_a_group_of_its_own()
    {
        var heavy = Message("x") with { Content = OutboundContent.Of(new string('a', 9000)) };
        Assert.Equal(["a b c", "x", "d"], Cut(Sending(bytes: BatchCut.Weigh(Message("a")) * 3), [Message("a"), Message("b"), Message("c"), heavy, Message("d")]));
    }

    [Fact]
    public void An_address_stands_in_a_group_once() => Assert.Equal(["a b", "A c"], Cut(Sending(), [Message("a"), Message("b"), Message("A"), Message("c")]));

    [Fact]
    public void What_a_call_says_once_parts_the_groups()
    {
        var html = OutboundContent.Of("Hi") with { Html = "<p>Hi</p>" };
        var tracked = new CampaignMark("t", new Uri("https://x.example/u"), Tracks: true);
        Assert.Equal(
            ["a e", "b f", "c", "d"],
            Cut(Sending(), [Message("a"), Message("b") with { Content = html }, Message("c") with { From = "o" }, Message("d") with { Campaign = tracked }, Message("e"), Message("f") with { Content = html }]));
    }

    [Fact]
    public void What_must_be_sent_alone_is_alone() =>
        Assert.Equal(["a c", "b"], Cut(Sending() with { WhyAlone = (_, message) => message.To == "b" ? "it must" : null }, "abc".Select(c => Message($"{c}"))));

    private static IEnumerable<string> Cut(BatchSending sending, IEnumerable<OutboundMessage> messages) =>
        BatchCut.Of(sending, Channel, messages).Select(group => string.Join(' ', group.Select(message => message.To)));

    private static BatchSending Sending(int recipients = 1000, long bytes = long.MaxValue) => new(
        recipients, bytes, (_, _) => null, (_, _, _) => throw new NotSupportedException(), (_, _, _, _) => throw new NotSupportedException(), (_, batch) => batch.Reference);

    private static OutboundMessage Message(string to) => new("msg_1", "cv_1", 1, null, to, OutboundContent.Of("Hi"));
}
