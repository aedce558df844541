using System.Net;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

/// <summary>On a clock that a test moves.</summary>
public sealed class SlowSendingTests : SandboxTest
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, 700, TimeSpan.Zero));

    private protected override TimeProvider Time => _clock;

    private protected override SandboxOptions Options => new() { SentAfter = TimeSpan.FromSeconds(1), DeliveredAfter = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_message_that_is_still_queued_can_be_cancelled_and_not_deleted()
    {
        var sid = (await JsonAsync(SendTrackedAsync())).GetProperty("sid").GetString();

        using var early = await Http.DeleteAsync(new Uri($"{Account}/Messages/{sid}.json", UriKind.Relative));
        var cancelled = await JsonAsync(PostAsync($"{Account}/Messages/{sid}.json", ("Status", "canceled")));
        await MoveAsync();

        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Equal("canceled", cancelled.GetProperty("status").GetString());
        Assert.Empty(Sandbox.Received(Phone));
        Assert.Empty(Told);
    }

    [Fact]
    public async Task What_was_not_sent_yet_passes_no_date_filter()
    {
        await SendAsync();

        Assert.Equal(0, (await JsonAsync($"{Account}/Messages.json?DateSent%3E=2026-11-22")).GetProperty("messages").GetArrayLength());
        Assert.Equal(1, (await JsonAsync($"{Account}/Messages.json")).GetProperty("messages").GetArrayLength());
    }

    [Theory]
    [InlineData("DateSent=2026-11-22", 1)]
    [InlineData("DateSent=2026-11-21", 0)]
    [InlineData("DateSent%3E=2026-11-22", 1)]
    [InlineData("DateSent%3E=2026-11-23", 0)]
    [InlineData("DateSent%3E=2026-11-22T12:00:00.900Z", 1)]
    [InlineData("DateSent%3E=2026-11-22T12:00:01Z", 0)]
    [InlineData("DateSent%3C=2026-11-22", 0)]
    [InlineData("DateSent%3C=2026-11-23", 1)]
    [InlineData("DateSent%3C=2026-11-22T12:00:00Z", 1)]
    [InlineData("DateSent%3E=2026-11-22&DateSent%3C=2026-11-23&From=%2B14155550123&To=%2B15005550006", 1)]
    [InlineData("From=%2B14155550124", 0)]
    [InlineData("To=%2B15005550007", 0)]
    public async Task Lists_are_filtered_by_address_and_by_date_to_the_second(string query, int count)
    {
        await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Equal(count, (await JsonAsync($"{Account}/Messages.json?{query}")).GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task A_date_that_can_not_be_read_is_refused()
    {
        using var answer = await GetAsync($"{Account}/Messages.json?DateSent%3E=yesterday");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task MoveAsync()
    {
        var settled = Sandbox.SettleAsync();
        while (!settled.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(settled, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        await settled;
    }
}
