using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Audit;
using PPMessage.Conversations;
using PPMessage.Work;

namespace PPMessage.Webhooks;

/// <summary>
/// Delivers to one webhook what the feed has for it, in order, batch by batch. A batch is written before its first attempt, so that whoever comes after a death sends
/// the same bytes under the same id; the place in the feed moves when the receiver has it. Whoever saves first has the batch; the others go. Thread-safe.
/// </summary>
internal sealed class WebhookDelivery(WebhookStore store, ChangeFeed feed, CallReceiver call, DeadLetters deadLetters, AuditLog audit, TimeProvider time, ILogger<WebhookDelivery> log)
{
    public const int MostChanges = 100;

    /// <summary>In the audit log.</summary>
    public const string Author = "webhooks";

    public const string IdPrefix = "wd_";

    // Of unwanted changes; the next run goes on behind them.
    private const int MostSteps = 10;

    // A place that moves by itself is worth a write only now and then.
    private const int PassedUnsaved = 100;
    private static readonly TimeSpan Unsaved = TimeSpan.FromMinutes(10);

    /// <param name="until">No batch is begun after that.</param>
    public async Task RunAsync(StoredWebhook stored, DateTimeOffset until, CancellationToken cancellation)
    {
        for (var next = stored; next is not null && next.State.IsDue(time.GetUtcNow()) && time.GetUtcNow() <= until;)
            next = await ClaimAsync(next, cancellation) is { } claimed ? await TryAsync(claimed, cancellation) : null;
    }

    /// <returns>With a batch that is ours to deliver; null: there is none, or somebody else has it.</returns>
    private async Task<StoredWebhook?> ClaimAsync(StoredWebhook stored, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (stored.State.Batch is not null) return await store.SaveAsync(stored, stored.State.Claimed(now), cancellation);
        var state = stored.State with { Missed = stored.State.Gap(now) ?? stored.State.Missed };
        var passed = 0;
        for (var i = 0; i < MostSteps; i++)
        {
            var step = await feed.ReadAsync(state.Place, FeedMemory.InRow, stored.Webhook.Wants, MostChanges, cancellation);
            if (step.Changes.Count > 0) return await store.SaveAsync(stored, WithBatch(state, step, now).Claimed(now), cancellation);
            state = state with { Place = step.Next };
            passed += step.Passed;
            if (step.AtEnd || step.Passed == 0) break;
        }

        if (passed >= PassedUnsaved || state.Place.Time() - stored.State.Place.Time() >= Unsaved) await store.SaveAsync(stored, state, cancellation);
        return null;
    }

    private static WebhookState WithBatch(WebhookState state, FeedStep step, DateTimeOffset now) =>
        state with { Batch = new Batch(IdPrefix + Ids.NewUlid(now), WebhookBody.OfChanges(step.Changes, now), step.Changes.Count, step.Next, 0) };

    /// <returns>As it stands after a batch that was delivered; null: it was not, or somebody else has changed something.</returns>
    private async Task<StoredWebhook?> TryAsync(StoredWebhook stored, CancellationToken cancellation)
    {
        var (webhook, state, batch) = (stored.Webhook, stored.State, stored.State.Batch!);
        var at = time.GetUtcNow();
        var answer = await call(webhook, batch.Id, batch.Body, cancellation);
        var attempt = new Attempt(batch.Id, batch.Tries, at, batch.Changes, answer.Status == 0 ? null : answer.Status, answer.Error, answer.DurationMs, null);
        if (answer.Error is not { } error) return await store.SaveAsync(stored, state.Delivered(attempt), cancellation);

        log.NotDelivered(webhook.Id, batch.Id, batch.Tries, error);
        var now = time.GetUtcNow();
        var next = answer.IsGone ? null : RetryPlan.Next(batch.Id, state.Failures, now, state.FailingSince ?? at, answer.RetryAfter);
        var failed = state.Failed(attempt with { NextAttemptAt = next });
        if (next is not null) await store.SaveAsync(stored, failed, cancellation);
        else await GiveUpAsync(stored, failed, answer.IsGone ? error : $"Nothing was taken for {RetryPlan.GivenUpAfter.TotalHours:0} hours. The last attempt: {error}", cancellation);
        return null;
    }

    // The letter first: two are better than none.
    private async Task GiveUpAsync(StoredWebhook stored, WebhookState failed, string reason, CancellationToken cancellation)
    {
        var (webhook, batch) = (stored.Webhook, stored.State.Batch!);
        var letter = new WebhookLetter(webhook.Id, batch.Id, batch.Changes, failed.FailingSince!.Value);
        await deadLetters.AddAsync("webhook", JsonSerializer.SerializeToElement(letter, WebhookJson.Default.WebhookLetter), $"Webhook {webhook.Name} was switched off. {reason}", cancellation);
        var after = webhook with { Enabled = false, DisabledReason = reason, UpdatedAt = time.GetUtcNow(), Version = webhook.Version + 1 };
        if (!await store.ReplaceAsync(stored, after, failed, null, cancellation)) return;
        log.SwitchedOff(webhook.Id, reason);
        await audit.WriteAsync(Author, "webhook.disabled", webhook.Id, reason, WebhookAudit.Between(webhook, after));
    }
}

/// <summary>What a dead letter says; the batch itself stays where it is, for the day on which the webhook is switched on again.</summary>
internal sealed record WebhookLetter(string WebhookId, string DeliveryId, int Changes, DateTimeOffset FailingSince);
