using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

public abstract partial class StoreConformance
{
    private const string Work = "things";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_missing_queue_is_empty()
    {
        Assert.Empty(await TakeAsync());
        Assert.False(await Store.DeleteAsync(Work, new QueueReceipt(Guid.NewGuid().ToString(), "AgAAAAMAAAAAAAAA"), Cancellation));
    }

    [Fact]
    public async Task A_message_is_taken_once_and_deleted()
    {
        await Store.EnqueueAsync(Work, "你好", TimeSpan.Zero, Cancellation);

        var message = Assert.Single(await TakeAsync());

        Assert.Equal(("你好", 1), (message.Text, message.DequeueCount));
        Assert.Empty(await TakeAsync());
        Assert.True(await Store.DeleteAsync(Work, message.Receipt, Cancellation));
        Assert.False(await Store.DeleteAsync(Work, message.Receipt, Cancellation));
    }

    [Fact]
    public async Task A_message_is_hidden_for_the_time_asked()
    {
        var hidden = await HideWhileWeLookAsync();

        await PassAsync(hidden + (0.5 * Second));
        Assert.Single(await TakeAsync());
    }

    [Fact]
    public async Task Its_sender_may_delete_a_hidden_message()
    {
        var receipt = await Store.EnqueueAsync(Work, "done at once", Minute, Cancellation);

        Assert.True(await Store.DeleteAsync(Work, receipt, Cancellation));
    }

    [Fact]
    public async Task A_message_whose_lease_ended_comes_again_and_the_old_receipt_is_stale()
    {
        await Store.EnqueueAsync(Work, "again", TimeSpan.Zero, Cancellation);
        var first = Assert.Single(await TakeAsync(Second));
        await PassAsync(1.5 * Second);

        var second = Assert.Single(await TakeAsync());

        Assert.Equal((2, first.Receipt.MessageId), (second.DequeueCount, second.Receipt.MessageId));
        Assert.False(await Store.DeleteAsync(Work, first.Receipt, Cancellation));
        Assert.Null(await Store.HideAsync(Work, first.Receipt, Minute, Cancellation));
        Assert.True(await Store.DeleteAsync(Work, second.Receipt, Cancellation));
    }

    [Fact]
    public async Task Hiding_gives_a_new_receipt_and_keeps_the_text()
    {
        await Store.EnqueueAsync(Work, "text", TimeSpan.Zero, Cancellation);
        var taken = Assert.Single(await TakeAsync());

        var hidden = await Store.HideAsync(Work, taken.Receipt, TimeSpan.Zero, Cancellation);

        Assert.Null(await Store.HideAsync(Work, taken.Receipt, Minute, Cancellation));
        var again = Assert.Single(await TakeAsync());
        Assert.Equal(("text", 2, hidden!.MessageId), (again.Text, again.DequeueCount, again.Receipt.MessageId));
        Assert.False(await Store.DeleteAsync(Work, hidden, Cancellation));
    }

    [Fact]
    public async Task A_hidden_message_is_deleted_by_the_new_receipt_only()
    {
        var sent = await Store.EnqueueAsync(Work, "text", TimeSpan.Zero, Cancellation);
        var hidden = await Store.HideAsync(Work, sent, Minute, Cancellation);

        Assert.False(await Store.DeleteAsync(Work, sent, Cancellation));
        Assert.True(await Store.DeleteAsync(Work, hidden!, Cancellation));
    }

    [Fact]
    public async Task Takers_at_once_share_the_messages_and_none_is_taken_twice()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.EnqueueAsync(Work, $"{i}", TimeSpan.Zero, Cancellation)));

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.DequeueAsync(Work, 5, Minute, Cancellation)));

        Assert.Equal(20, taken.SelectMany(messages => messages).Select(message => message.Text).Distinct().Count());
        Assert.All(taken, messages => Assert.Equal(5, messages.Count));
    }

    [Fact]
    public async Task Queues_are_apart()
    {
        await Store.EnqueueAsync("others", "x", TimeSpan.Zero, Cancellation);

        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task The_longest_message_comes_back_whole()
    {
        var text = new string('文', Limits.MessageBytes / 3);
        await Store.EnqueueAsync(Work, text, TimeSpan.Zero, Cancellation);

        Assert.Equal(text, Assert.Single(await TakeAsync()).Text);
    }

    /// <summary>
    /// Puts a hidden message and sees that it is not there. Where the clock is the wall's and the machine stood still for as long as it was hidden,
    /// its coming proves nothing: then another one, hidden longer.
    /// </summary>
    /// <returns>For how long it is hidden.</returns>
    private async Task<TimeSpan> HideWhileWeLookAsync()
    {
        for (var hidden = 2 * Second; ; hidden *= 2)
        {
            var begin = Clock.GetTimestamp();
            await Store.EnqueueAsync(Work, "later", hidden, Cancellation);
            var early = await TakeAsync();
            if (early.Count == 0) return hidden;
            Assert.True(Clock.GetElapsedTime(begin) >= hidden && hidden < Minute, $"A message that is hidden for {hidden} came at once.");
            Assert.True(await Store.DeleteAsync(Work, Assert.Single(early).Receipt, Cancellation));
        }
    }

    private Task<IReadOnlyList<QueueMessage>> TakeAsync(TimeSpan? lease = null) =>
        Store.DequeueAsync(Work, Limits.DequeuedAtOnce, lease ?? Minute, Cancellation);
}
