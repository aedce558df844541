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

    private static Delivery Failed => Some.Delivery(DeliveryStates.Failed) with { Error = new DeliveryError("HTTP 400", "Refused") };

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
    public void What_we_take_for_failed_changes_nothing_of_what_the_provider_says_became_of_it() =>
        Words.Select(Gen.Int[0, 8]).Sample((words, revoking) =>
        {
            var told = words.Select((word, i) => word with { Revokes = i == revoking && word.State == DeliveryStates.Failed }).ToArray();
            var sending = DeliveryView.Of(Some.Stored(Some.Outbound(Some.Delivery()), told))!;
            var failed = DeliveryView.Of(Some.Stored(Some.Outbound(Failed), told))!;
            Assert.Equal(DeliveryStates.IsFinal(sending.State) ? sending.State : DeliveryStates.Failed, failed.State);
        });

    [Theory]
    [InlineData(DeliveryStates.Delivered)]
    [InlineData(DeliveryStates.Read)]
    public void A_message_that_we_took_for_failed_and_that_arrived_has_arrived(string state)
    {
        var shown = DeliveryView.Of(Some.Stored(Some.Outbound(Failed), Some.Word(state)))!;
        Assert.Equal((state, (DeliveryError?)null), (shown.State, shown.Error));
        Assert.Equal(DeliveryStates.Failed, DeliveryView.Of(Some.Stored(Some.Outbound(Failed), Some.Word(state, attempt: 2)))!.State);
    }

    [Theory]
    [InlineData(DeliveryStates.Sending)]
    [InlineData(DeliveryStates.Sent)]
    [InlineData(DeliveryStates.Deferred)]
    public void A_word_that_is_no_end_does_not_take_a_failure_back(string state)
    {
        var shown = DeliveryView.Of(Some.Stored(Some.Outbound(Failed), Some.Word(state)))!;
        Assert.Equal((DeliveryStates.Failed, Failed.Error), (shown.State, shown.Error));
    }

    [Fact]
    public void What_came_back_stays_failed_whatever_we_took_it_for_and_whatever_came_first()
    {
        var bounce = Some.Word(DeliveryStates.Failed, 2, error: new("550", "No such user")) with { Revokes = true };
        foreach (var own in new[] { Failed, Some.Delivery() })
            foreach (var words in new DeliveryEvent[][] { [Some.Word(DeliveryStates.Delivered), bounce], [bounce, Some.Word(DeliveryStates.Delivered, 3)] })
                Assert.Equal((DeliveryStates.Failed, bounce.Error), (DeliveryView.Of(Some.Stored(Some.Outbound(own), words))!.State, DeliveryView.Of(Some.Stored(Some.Outbound(own), words))!.Error));
    }

    // Found by asking the provider, whose word about the end is then still on its way.
    [Fact]
    public void A_failure_that_the_provider_has_told_stays_when_its_word_about_an_earlier_delivery_comes_late()
    {
        var found = Some.Outbound(Failed) with { ProviderId = "SM1" };
        Assert.Equal(DeliveryStates.Failed, DeliveryView.Of(Some.Stored(found, Some.Word(DeliveryStates.Delivered)))!.State);
    }

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
