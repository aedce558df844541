using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using PPMessage.Storage;

namespace PPMessage.Work;

/// <summary>The right to end a piece of work that is done in line.</summary>
/// <param name="Blob">Where its payload lies when it did not fit into the message.</param>
/// <param name="HiddenUntil">Or longer.</param>
internal sealed record WorkTicket(string Queue, WorkMessage Message, QueueReceipt Receipt, string? Blob, DateTimeOffset HiddenUntil, TimeSpan HiddenFor);

/// <summary>
/// Puts work into the queues <see cref="Queues.Work"/> and <see cref="Queues.Bulk"/>. Work that is put hidden and then done in line is the one mechanism of recovery:
/// whoever dies in between leaves the message, and the queue brings it back. At least once; thread-safe.
/// </summary>
internal sealed class WorkQueue(IStore store, TimeProvider time, ILogger<WorkQueue> log)
{
    public async Task<WorkTicket> PutAsync<T>(string kind, T payload, JsonTypeInfo<T> type, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        var message = WorkMessage.Of(kind, JsonSerializer.SerializeToElement(payload, type));
        return await PutAsync(Queues.Work, message, hiddenFor, cancellation);
    }

    /// <summary>Into the queue of long work.</summary>
    public Task<WorkTicket> PutBulkAsync<T>(string kind, T payload, JsonTypeInfo<T> type, TimeSpan hiddenFor, CancellationToken cancellation) =>
        PutAsync(Queues.Bulk, WorkMessage.Of(kind, JsonSerializer.SerializeToElement(payload, type)), hiddenFor, cancellation);

    public async Task<WorkTicket> PutAsync(string queue, WorkMessage message, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        var (text, hiddenUntil) = (message.ToText(), time.GetUtcNow() + hiddenFor);
        if (WorkMessage.Fits(text)) return new WorkTicket(queue, message, await store.EnqueueAsync(queue, text, hiddenFor, cancellation), null, hiddenUntil, hiddenFor);

        // Blob before message: a blob without a message is litter, a message without its blob would be a loss.
        var blob = Ids.NewUlid(time.GetUtcNow());
        await using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(message.Payload, WorkJson.Default.JsonElement));
        await store.WriteBlobAsync(Containers.Work, blob, content, "application/json", cancellation);
        var pointer = (message with { Payload = default, Blob = blob }).ToText();
        return new WorkTicket(queue, message, await store.EnqueueAsync(queue, pointer, hiddenFor, cancellation), blob, hiddenUntil, hiddenFor);
    }

    /// <summary>
    /// To be called behind the commit that the work is for, and before one that is tried again. Where that took longer than the work was hidden, a worker has found
    /// nothing to do and ended it: then it is put once more. Else it costs nothing. What is committed goes on whether this succeeds or not, and whether its caller
    /// still listens.
    /// </summary>
    /// <returns>What ends the work from now on.</returns>
    public async Task<WorkTicket> KeptAsync(WorkTicket ticket)
    {
        if (time.GetUtcNow() < ticket.HiddenUntil) return ticket;
        try
        {
            return await PutAsync(ticket.Queue, ticket.Message, ticket.HiddenFor, CancellationToken.None);
        }
        catch (StoreException e)
        {
            log.NotPutAgain(e, ticket.Message.Kind);
            return ticket;
        }
    }

    /// <summary>
    /// Does in line what was decided and committed, and ends its work: whatever goes wrong from here on, the queue does the rest, and the caller is told the truth by a 202.
    /// </summary>
    /// <param name="ticket">Null: somebody else's work stands in the queue, and is not ended.</param>
    /// <returns>Whether all of it is done.</returns>
    public async Task<bool> FinishAsync(WorkTicket? ticket, Func<CancellationToken, Task> run, TimeSpan within)
    {
        using var inLine = new CancellationTokenSource(within, time);
        try
        {
            await run(inLine.Token);
            if (ticket is not null) await DoneAsync(ticket, inLine.Token);
            return true;
        }
        catch (Exception e)
        {
            if (!inLine.IsCancellationRequested) log.LeftToTheQueue(e, ticket?.Queue ?? Queues.Bulk);
            return false;
        }
    }

    /// <summary>
    /// Does what lies in the queue in line, but keeps nobody waiting for longer than that: a call that is under way then goes on by itself, and what does not come to its
    /// end is the queue's. Never throws: whoever brought the work must not be asked for it again.
    /// </summary>
    public async Task InLineAsync(WorkTicket ticket, Func<CancellationToken, Task> act, TimeSpan within, Action<Exception> left) =>
        await Task.WhenAny(ActAsync(ticket, act, within, left), Task.Delay(within, time));

    private async Task ActAsync(WorkTicket ticket, Func<CancellationToken, Task> act, TimeSpan within, Action<Exception> left)
    {
        using var inLine = new CancellationTokenSource(within, time);
        try
        {
            await act(inLine.Token);
            await DoneAsync(ticket, CancellationToken.None);
        }
        catch (Exception e)
        {
            left(e);
        }
    }

    /// <summary>Ends work that was done in line. Losing this call only means that the work is done once more.</summary>
    public async Task DoneAsync(WorkTicket ticket, CancellationToken cancellation)
    {
        await store.DeleteAsync(ticket.Queue, ticket.Receipt, cancellation);
        if (ticket.Blob is { } blob) await store.DeleteBlobAsync(Containers.Work, blob, cancellation);
    }
}

/// <summary>
/// What a queue message says. Its text has the one property <c>work</c> that holds a string: the Functions host merges the top-level properties
/// of a JSON message into its metadata and lets them overwrite its own (dequeue count, id).
/// </summary>
/// <param name="Trace">The W3C <c>traceparent</c> of what put it there, so that a reply and its later sending are one trace; null while nobody records traces.</param>
internal sealed record WorkMessage(string Kind, JsonElement Payload, string? Blob = null, string? Trace = null)
{
    public static WorkMessage Of(string kind, JsonElement payload) => new(kind, payload, Trace: Telemetry.TraceParent);

    public static bool Fits(string text) => System.Text.Encoding.UTF8.GetByteCount(text) <= Limits.MessageBytes;

    public string ToText()
    {
        var inner = JsonSerializer.Serialize(this, WorkJson.Default.WorkMessage);
        return JsonSerializer.Serialize(new WorkEnvelope(inner), WorkJson.Default.WorkEnvelope);
    }

    /// <summary>Null when the text is not ours.</summary>
    public static WorkMessage? Parse(string text)
    {
        try
        {
            var envelope = JsonSerializer.Deserialize(text, WorkJson.Default.WorkEnvelope);
            return envelope?.Work is { } inner ? JsonSerializer.Deserialize(inner, WorkJson.Default.WorkMessage) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record WorkEnvelope(string Work);
