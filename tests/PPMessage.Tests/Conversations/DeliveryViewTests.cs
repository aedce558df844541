using CsCheck;
using PPMessage.Channels;
using PPMessage.Conversations;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class DeliveryViewTests
{
    private static readonly string[] States =
        [DeliveryStates.Sending, DeliveryStates.Sent, DeliveryStates.Failed, DeliveryStates.Delivered, DeliveryStates.Read];

    private static readonly Gen<DeliveryEvent[]> Words = Gen.Select(Gen.Int[0, States.Length - 1], Gen.Int[0, 20], Gen.Int[1, 3], Gen.Bool)
        .Select((state, second, attempt, error) => Some.Word(States[state], second, attempt, error ? new DeliveryError($"{state}", $"{second}") : null)).Array[0, 8];

    [Fact]
    public void The_same_words_give_the_same_state_in_whatever_order_and_however_often_they_came() =>
        Words.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, States.Length - 1]).Sample((words, seed, own) =>
        {
            var message = Some.Outbound(Some.Delivery(States[own], 2));
            var once = DeliveryView.Of(Some.Stored(message, words))!;
            var shuffled = words.Concat(words.Take(seed % 5)).OrderBy(word => Ids.Hash($"{seed}{word}")).ToArray();
            var again = DeliveryView.Of(Some.Stored(message, shuffled))!;
            Assert.Equal((once.State, once.Error), (again.State, again.Error));
        });

    [Fact]
    public void A_state_never_goes_down_within_an_attempt_as_words_arrive() =>
        Words.Sample(words =>
        {
            var message = Some.Outbound(Some.Delivery());
            var rank = 0;
            for (var count = 0; count <= words.Length; count++)
            {
                // Each word comes later than those before it.
                var heard = words.Take(count).Select((word, i) => word with { At = Some.Now.AddSeconds(i) }).ToArray();
                var next = DeliveryStates.Rank(DeliveryView.Of(Some.Stored(message, heard))!.State);
                Assert.True(next >= rank, $"from {rank} to {next}");
                rank = next;
            }
        });

    [Fact]
    public void Failed_after_delivered_changes_nothing()
    {
        var stored = Some.Stored(Some.Outbound(Some.Delivery()), Some.Word(DeliveryStates.Delivered), Some.Word(DeliveryStates.Failed, 2, error: new("30008", "Late")));
        Assert.Equal((DeliveryStates.Delivered, (DeliveryError?)null), (DeliveryView.Of(stored)!.State, DeliveryView.Of(stored)!.Error));
        Assert.Equal([DeliveryStates.Delivered, DeliveryStates.Failed], DeliveryView.Of(stored)!.History.Select(step => step.State));
    }

    [Fact]
    public void An_error_is_kept_when_a_later_duplicate_has_none()
    {
        var error = new DeliveryError("30003", "Unreachable");
        var stored = Some.Stored(Some.Outbound(Some.Delivery()), Some.Word(DeliveryStates.Failed, 1, error: error), Some.Word(DeliveryStates.Failed, 5));
        Assert.Equal(error, DeliveryView.Of(stored)!.Error);
    }

    [Fact]
    public void Words_about_another_attempt_say_nothing_of_this_one()
    {
        var stored = Some.Stored(Some.Outbound(Some.Delivery(attempt: 2)), Some.Word(DeliveryStates.Failed, 1, attempt: 1, new("30003", "Unreachable")));
        Assert.Equal((DeliveryStates.Sending, (DeliveryError?)null), (DeliveryView.Of(stored)!.State, DeliveryView.Of(stored)!.Error));
    }

    [Fact]
    public void Any_word_says_more_than_unknown()
    {
        var unknown = Some.Delivery(DeliveryStates.Unknown) with { Error = new DeliveryError("time-out", "No answer") };
        var shown = DeliveryView.Of(Some.Stored(Some.Outbound(unknown), Some.Word(DeliveryStates.Sending)))!;
        Assert.Equal((DeliveryStates.Sending, (DeliveryError?)null), (shown.State, shown.Error));
    }

    [Fact]
    public void The_providers_id_is_known_from_a_callback_that_overtook_the_answer() =>
        Assert.Equal("SM1", DeliveryView.ProviderIdOf(Some.Stored(Some.Outbound(Some.Delivery()), Some.Word(DeliveryStates.Sent))));

    [Fact]
    public void A_note_has_no_delivery() => Assert.Null(DeliveryView.Of(Some.Stored(Some.Outbound(Some.Delivery()) with { Delivery = null })));
}
