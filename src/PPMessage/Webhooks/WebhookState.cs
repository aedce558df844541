using System.Text.Json.Serialization;
using PPMessage.Conversations;

namespace PPMessage.Webhooks;

/// <summary>How far a webhook has come, in a row of its own beside its <see cref="Webhook"/>: what is delivered moves no ETag of an admin's.</summary>
internal sealed record WebhookState
{
    /// <summary>How many attempts are remembered.</summary>
    public const int MostAttempts = 100;

    /// <summary>Longer than an attempt may take: who claimed a batch and says nothing has died.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromSeconds(30);

    /// <summary>Behind all that was delivered.</summary>
    public required FeedPlace Place { get; init; }

    /// <summary>What is being delivered, written before its first attempt; null: nothing is owed that we know of.</summary>
    public Batch? Batch { get; init; }

    /// <summary>Until then somebody delivers the batch.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    /// <summary>Since when nothing but failures; null: the last attempt went well.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Failures since then.</summary>
    public int Failures { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Changes that the feed had forgotten before they could be delivered: the last such gap.</summary>
    public Missed? Missed { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public bool IsDue(DateTimeOffset now) => !(ClaimedUntil > now) && !(NextAttemptAt > now);

    /// <summary>With the batch as one about to be tried by us.</summary>
    public WebhookState Claimed(DateTimeOffset now) => this with { Batch = Batch! with { Tries = Batch.Tries + 1 }, ClaimedUntil = now + Claim, NextAttemptAt = null };

    /// <summary>The receiver has it.</summary>
    public WebhookState Delivered(Attempt attempt) =>
        Told(attempt) with { Place = Batch!.Next, Batch = null, ClaimedUntil = null, FailingSince = null, Failures = 0, NextAttemptAt = null };

    /// <param name="attempt">Its next time is when the batch is tried again; null: it is not.</param>
    public WebhookState Failed(Attempt attempt) =>
        Told(attempt) with { ClaimedUntil = null, FailingSince = FailingSince ?? attempt.At, Failures = Failures + 1, NextAttemptAt = attempt.NextAttemptAt };

    /// <summary>As if nothing had failed so far: an admin has mended something.</summary>
    public WebhookState Forgiven() => this with { FailingSince = null, Failures = 0, NextAttemptAt = null };

    /// <summary>What the feed has forgotten meanwhile; null: nothing, as far as anybody can say.</summary>
    public Missed? Gap(DateTimeOffset now)
    {
        var (from, kept) = ((Batch?.Next ?? Place).Time(), now - FeedRetention.Kept);
        return from < kept ? new Missed(from, kept) : null;
    }

    private WebhookState Told(Attempt attempt) => this with { Attempts = [attempt, .. Attempts.Take(MostAttempts - 1)] };
}

/// <summary>Changes that go out together, as often as it takes: with the same id and the same bytes.</summary>
/// <param name="Changes">How many.</param>
/// <param name="Next">Behind them.</param>
/// <param name="Tries">Attempts begun.</param>
internal sealed record Batch(string Id, string Body, int Changes, FeedPlace Next, int Tries);

/// <param name="Id">Of the batch: <c>webhook-id</c>.</param>
/// <param name="Number">From 1.</param>
/// <param name="Status">Null: there was no answer.</param>
/// <param name="Error">Null: it was delivered.</param>
internal sealed record Attempt(string Id, [property: JsonPropertyName("attempt")] int Number, DateTimeOffset At, int Changes, int? Status, string? Error, int DurationMs, DateTimeOffset? NextAttemptAt)
{
    /// <summary>What a list goes on behind.</summary>
    [JsonIgnore]
    public string Cursor => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Id}.{Number}");
}

/// <summary>Changes between these times may never have been delivered.</summary>
internal sealed record Missed(DateTimeOffset From, DateTimeOffset To);
