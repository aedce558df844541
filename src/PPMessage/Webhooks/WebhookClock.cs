using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Work;

namespace PPMessage.Webhooks;

/// <summary>Work <c>webhooks</c>: the clock's present message.</summary>
internal sealed record ClockWork(string Link);

/// <summary>
/// Delivers to all webhooks every five seconds, as long as one is enabled: by a queue message that each run puts anew before it begins, so that a slow receiver keeps
/// nobody waiting and a death stops nothing. The row <c>pulse</c> says which message that is, and the others come to nothing. A timer of five seconds would keep an instance of
/// the Functions host awake all month where nobody has a webhook; this costs nothing there but the timer that looks every five minutes whether the clock still goes. Thread-safe.
/// </summary>
internal sealed class WebhookClock(WebhookStore store, WebhookDelivery delivery, WorkQueue queue, TimeProvider time, ILogger<WebhookClock> log) : IWorkHandler, ITimerJob
{
    public const string Word = "webhooks";

    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>A clock that has not beaten for so long stands still.</summary>
    private static readonly TimeSpan StandsStill = TimeSpan.FromMinutes(1);

    /// <summary>Of one run; what is left then the next one does.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    /// <summary>A message put before the row that names it must not be read before that is written.</summary>
    private static readonly TimeSpan FirstBeat = TimeSpan.FromSeconds(2);

    public string Kind => Word;

    public string Name => "Webhooks";

    /// <summary>Puts a message that carries the clock on when <c>pulse</c> names it.</summary>
    public async Task<string> PutAsync(CancellationToken cancellation) => await PutAsync(FirstBeat, cancellation);

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (payload.ValueKind != JsonValueKind.Object || payload.Deserialize(WebhookJson.Default.ClockWork) is not { } work) return;
        var known = await store.AllAsync(cancellation);
        if (known.Pulse?.Link != work.Link) return;
        var enabled = known.All.Where(stored => stored.Webhook.Enabled).ToList();
        if (enabled.Count == 0)
        {
            await store.StopAsync(known.PulseETag!, cancellation);
            return;
        }

        if (!await store.CarryAsync(new Pulse(await PutAsync(Beat, cancellation), time.GetUtcNow()), known.PulseETag, cancellation)) return;
        var until = time.GetUtcNow() + Budget;
        await Task.WhenAll(enabled.Select(stored => DeliverAsync(stored, until, cancellation)));
    }

    /// <summary>Whoever died between putting a message and naming it has stopped the clock.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var known = await store.AllAsync(cancellation);
        if (!known.All.Any(stored => stored.Webhook.Enabled) || time.GetUtcNow() - known.Pulse?.At < StandsStill) return;
        await store.CarryAsync(new Pulse(await PutAsync(cancellation), time.GetUtcNow()), known.PulseETag, cancellation);
    }

    private async Task<string> PutAsync(TimeSpan hiddenFor, CancellationToken cancellation)
    {
        var link = Ids.NewUlid(time.GetUtcNow());
        await queue.PutAsync(Word, new ClockWork(link), WebhookJson.Default.ClockWork, hiddenFor, cancellation);
        return link;
    }

    // One webhook's trouble is no other's.
    private async Task DeliverAsync(StoredWebhook stored, DateTimeOffset until, CancellationToken cancellation)
    {
        try
        {
            await delivery.RunAsync(stored, until, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.DeliveryFailed(e, stored.Webhook.Id);
        }
    }
}
