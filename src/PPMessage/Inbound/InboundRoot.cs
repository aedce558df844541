using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Conversations;
using PPMessage.Work;

namespace PPMessage.Inbound;

/// <summary>Work <c>inbound</c>: a message that a provider was told is ours now.</summary>
/// <param name="Ulid">Of the message to be, so that every run of this work makes the same one.</param>
internal sealed record InboundWork(InboundMessage Message, string Ulid);

/// <summary>The one root for everything that arrives: called by providers' callbacks, by the catching up, and by the recovery worker. Thread-safe.</summary>
internal sealed class InboundRoot(
    ChannelKinds kinds, ThreadKeys keys, ThreadStore threads, Receive receive, Deliveries deliveries, SentMessages sent, WorkQueue queue, DeadLetters deadLetters, AuditLog audit,
    PPMessageOptions options, TimeProvider time, ILogger<InboundRoot> log)
{
    private static readonly TimeSpan MisroutedAgain = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string ChannelId, string What), DateTimeOffset> _misrouted = new();

    /// <summary>
    /// Makes the message durable, then acts on it in line as long as <see cref="Timing.InLine"/> allows; the queue finishes the rest.
    /// When it returns, the message can't be lost; when it throws, the provider must get a 5xx.
    /// </summary>
    public async Task ReceiveAsync(Channel channel, InboundMessage message, CancellationToken cancellation)
    {
        var work = new InboundWork(message, Ids.NewUlid(time.GetUtcNow()));
        var ticket = await queue.PutAsync(InboundWorkHandler.Word, work, InboundJson.Default.InboundWork, options.Timing.Hidden, cancellation);
        await queue.InLineAsync(ticket, inLine => ActAsync(channel, work, inLine), options.Timing.InLine, e => log.LeftToTheQueue(e, work.Ulid));
    }

    /// <summary>Takes the message into its thread. Idempotent.</summary>
    public async Task ActAsync(Channel channel, InboundWork work, CancellationToken cancellation)
    {
        var address = kinds.AddressOf(channel, work.Message.From);
        var thread = await keys.OfAsync(channel.Id, address, cancellation);
        await receive.RunAsync(InboundTranslation.Of(work, channel, thread, address), cancellation);
    }

    /// <summary>Records a delivery report; the commit itself is the durable act.</summary>
    public async Task ReportAsync(Channel channel, DeliveryReport report, CancellationToken cancellation)
    {
        var thread = await keys.OfAsync(channel.Id, kinds.AddressOf(channel, report.RemoteAddress), cancellation);
        var error = report.ErrorCode is null ? null : new DeliveryError(report.ErrorCode, report.ErrorText ?? string.Empty);
        var word = new DeliveryEvent(report.Attempt ?? 1, report.State, report.ProviderState, report.ProviderId, error, report.At, report.Revokes);
        await deliveries.ReportAsync(new Report(channel.Id, report.RemoteAddress, thread, report.ConversationId, report.MessageId, word.Attempt, word, report.Stops, report.StoppedAt, report.Campaign), cancellation);
    }

    /// <summary>
    /// Records what a provider says when it is asked what became of a message; nothing of one that is not ours or of an attempt that nobody remembers, and nothing
    /// that a callback has told before, which costs two reads.
    /// </summary>
    /// <param name="asked">When it could be asked for at the earliest: what was heard before then was heard from a callback.</param>
    /// <returns>Whether it was news.</returns>
    public async Task<bool> SettleAsync(Channel channel, DeliveryReport report, DateTimeOffset asked, CancellationToken cancellation)
    {
        if (await sent.FindAsync(channel, report.RemoteAddress, report.ProviderId, cancellation) is not { } stored) return false;
        // Two channels may share a number, or an account's list: each looks after what left by it.
        if (stored.Message.ChannelId != channel.Id) return false;
        if (SentMessages.AttemptOf(stored, report.ProviderId) is not { } attempt || !SentMessages.IsNews(stored, attempt, report, asked)) return false;
        await ReportAsync(channel, report with { ConversationId = stored.Message.ConversationId, MessageId = stored.Message.Id, Attempt = attempt, Campaign = stored.Message.Campaign?.Tag }, cancellation);
        return true;
    }

    /// <summary>Whether the thread has this inbound message already. One read.</summary>
    public async Task<bool> KnowsAsync(Channel channel, string from, string providerId, CancellationToken cancellation)
    {
        var thread = await keys.OfAsync(channel.Id, kinds.AddressOf(channel, from), cancellation);
        return await threads.DedupeAsync(thread, ThreadRows.Dedupe("provider", providerId), cancellation) is not null;
    }

    /// <summary>Notes that a message came while the channel takes none: nothing else is kept of it.</summary>
    public Task TurnAwayAsync(Channel channel, string? providerId) =>
        audit.WriteAsync(channel.Provider, "message.turned_away", channel.Id, $"{providerId}: the channel takes no messages");

    /// <summary>
    /// Notes that a provider is set up wrongly: it calls the wrong URL, or signs with another key. At most one line an hour for a channel and a mistake, by this
    /// process: whoever knows a channel's URL may be the one who makes it.
    /// </summary>
    public async Task MisroutedAsync(Channel channel, string what)
    {
        var now = time.GetUtcNow();
        if (_misrouted.TryGetValue((channel.Id, what), out var noted) && now - noted < MisroutedAgain) return;
        _misrouted[(channel.Id, what)] = now;
        await audit.WriteAsync(channel.Provider, "callback.misrouted", channel.Id, what);
    }

    /// <summary>Keeps a callback that can't be understood where people see it: as a dead letter.</summary>
    public Task KeepOddAsync(Channel channel, IReadOnlyDictionary<string, string> raw, string reason, CancellationToken cancellation) =>
        deadLetters.AddAsync("callback", JsonSerializer.SerializeToElement(new OddCallback(channel.Id, raw), InboundJson.Default.OddCallback), reason, cancellation);
}

/// <summary>What a dead letter of the kind <c>callback</c> holds.</summary>
internal sealed record OddCallback(string ChannelId, IReadOnlyDictionary<string, string> Fields);
