using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Storage;

namespace PPMessage.Work;

/// <summary>Runs one queue message: finds the handler by kind, and gives work up as a dead letter after <see cref="MaxAttempts"/>. Thread-safe.</summary>
internal sealed class WorkRunner(IEnumerable<IWorkHandler> handlers, DeadLetters deadLetters, IStore store, ILogger<WorkRunner> log)
{
    /// <summary>Well below the host's own 20 (<c>host.json</c>), so that a letter carries the reason and not only "poison".</summary>
    public const int MaxAttempts = 5;

    private readonly Dictionary<string, IWorkHandler> _handlers = handlers.ToDictionary(handler => handler.Kind);

    /// <returns>True: the message may be deleted. False: it is to be redelivered.</returns>
    public async Task<bool> RunAsync(string text, int dequeueCount, CancellationToken cancellation)
    {
        var message = WorkMessage.Parse(text);
        if (message is null || !_handlers.TryGetValue(message.Kind, out var handler))
        {
            await deadLetters.AddAsync(message?.Kind ?? "unreadable", Text(text), "Nobody here understands this message.", cancellation);
            return true;
        }

        using var span = Telemetry.StartWork(message.Kind, dequeueCount, message.Trace);
        try
        {
            await handler.HandleAsync(await PayloadAsync(message, cancellation), cancellation);
            span.End("done");
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.WorkFailed(e, message.Kind, dequeueCount);
            span.End(dequeueCount < MaxAttempts ? "failed" : "dead", isError: true);
            if (dequeueCount < MaxAttempts) return false;
            await GiveUpAsync(message.Kind, await PayloadAsync(message, cancellation), $"{e.GetType().Name}: {e.Message}", cancellation);
        }

        if (message.Blob is { } blob) await store.DeleteBlobAsync(Containers.Work, blob, cancellation);
        return true;
    }

    /// <summary>Keeps a message that the host itself gave up (it dies with the process that it killed). Its blob goes after the letter is written, which has it whole.</summary>
    public async Task KeepPoisonAsync(string text, CancellationToken cancellation)
    {
        var message = WorkMessage.Parse(text);
        var payload = message is null ? Text(text) : await PayloadAsync(message, cancellation);
        await GiveUpAsync(message?.Kind ?? "unreadable", payload, "The Functions host gave it up: the process died or timed out on it.", cancellation);
        if (message?.Blob is { } blob) await store.DeleteBlobAsync(Containers.Work, blob, cancellation);
    }

    // The letter first: nothing is lost whatever becomes of the telling.
    private async Task GiveUpAsync(string kind, JsonElement payload, string reason, CancellationToken cancellation)
    {
        await deadLetters.AddAsync(kind, payload, reason, cancellation);
        if (_handlers.TryGetValue(kind, out var handler)) await handler.GiveUpAsync(payload, reason, cancellation);
    }

    private async Task<JsonElement> PayloadAsync(WorkMessage message, CancellationToken cancellation)
    {
        if (message.Blob is null) return message.Payload;
        await using var blob = await store.OpenBlobAsync(Containers.Work, message.Blob, cancellation);
        // Done and deleted by an earlier run whose message came back: nothing is left to do, and handlers treat null so.
        if (blob is null) return JsonSerializer.SerializeToElement<object?>(null, WorkJson.Default.Options);
        return await JsonSerializer.DeserializeAsync(blob.Content, WorkJson.Default.JsonElement, cancellation);
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, WorkJson.Default.String);
}
