using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Twilio;

/// <summary>
/// Takes in messages whose callback never arrived: by default Twilio tries once and then forgets. Lists what each channel's number received
/// since the last time, and a little before, and hands over what the thread does not know.
/// </summary>
internal sealed class TwilioCatchUp(
    TwilioClient twilio, ChannelDirectory channels, InboundRoot inbound, IStore store, PPMessageOptions options, TimeProvider time, ILogger<TwilioCatchUp> log) : ITimerJob
{
    public const string Partition = "catchup";

    /// <summary>How many pages one run reads for a channel; a longer sweep goes on in the next run.</summary>
    private const int MostPages = 20;

    /// <summary>The list may show a message later than its date says.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <summary>Younger messages are left to their callback (15 s) and its retries.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How far a channel's first sweep looks back, at most to its creation.</summary>
    public static readonly TimeSpan FirstLookBack = TimeSpan.FromHours(24);

    // As fine as Twilio's dates are: a message of a channel's first second seems older than the channel.
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    public string Name => "CatchUp";

    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var channel in await channels.AllAsync(cancellation))
        {
            if (channel is not { Provider: "twilio", Kind: "sms", Archived: false }) continue;
            try
            {
                await (channel.InboundEnabled ? CatchUpAsync(channel, cancellation) : PassOverAsync(channel, cancellation));
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // The other channels are not to suffer; this one begins where it began this time.
                log.CatchUpFailed(channel.Id, e);
            }
        }
    }

    // What comes while the inbound side is off is not wanted later either.
    private Task<CommitResult> PassOverAsync(Channel channel, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Config, Partition, [RowWrite.Put(channel.Id, new TwilioCursor(time.GetUtcNow(), NotBefore: time.GetUtcNow()), TwilioCursorJson.Default.TwilioCursor)], cancellation);

    private async Task CatchUpAsync(Channel channel, CancellationToken cancellation)
    {
        var row = await store.ReadAsync(Tables.Config, Partition, channel.Id, cancellation);
        var cursor = row?.As(TwilioCursorJson.Default.TwilioCursor) ?? new TwilioCursor(time.GetUtcNow() - FirstLookBack);
        var until = cursor.Until ?? time.GetUtcNow() - Patience;
        var sweep = new TwilioSweep(channel, Later(cursor.From - Overlap, cursor.NotBefore ?? channel.CreatedAt - OneSecond), until);
        if (TwilioAccount.Of(channel, channels, options.TwilioBaseUrl) is not { } account)
        {
            log.NoCredentials(channel.Id);
            return;
        }

        var (next, refusal) = await ListAsync(account, sweep, cursor.Next, cancellation);
        if (refusal is not null) log.CatchUpRefused(channel.Id, refusal.Status, refusal.CodeText);
        foreach (var (at, message) in sweep.Found)
            if (!await TakeInAsync(channel, account, sweep, at, message, cancellation)) return;
        await SaveAsync(channel, row, After(cursor, until, next, refusal), cancellation);
    }

    // A page that could not be had where a sweep was to go on may be gone for ever: that sweep begins anew.
    private static TwilioCursor After(TwilioCursor cursor, DateTimeOffset until, string? next, TwilioAnswer? refusal) => (refusal, next) switch
    {
        (null, null) => new TwilioCursor(until, NotBefore: cursor.NotBefore),
        (not null, _) when next == cursor.Next => new TwilioCursor(cursor.From, NotBefore: cursor.NotBefore),
        _ => cursor with { Until = until, Next = next },
    };

    /// <summary>The page at which the next run goes on (null: all is listed), and the answer that put an end to this one, if one did.</summary>
    private async Task<(string? Next, TwilioAnswer? Refusal)> ListAsync(TwilioAccount account, TwilioSweep sweep, string? next, CancellationToken cancellation)
    {
        for (var count = 0; count < MostPages; count++)
        {
            var answer = next is null ? await twilio.ListMessagesAsync(account, sweep.Filters, cancellation) : await twilio.NextPageAsync(account, next, cancellation);
            if (!answer.IsSuccess || TwilioResource.ParsePage(answer.Body, "messages") is not { } page) return (next, answer);
            if (!sweep.NeedsMore(page)) return (null, null);
            next = page.Next;
        }

        return (next, null);
    }

    /// <summary>False: Twilio did not tell all of it now, so the cursor must stay.</summary>
    private async Task<bool> TakeInAsync(
        Channel channel, TwilioAccount account, TwilioSweep sweep, DateTimeOffset at, TwilioResource item, CancellationToken cancellation)
    {
        if (sweep.Read(at, item) is not { } message || await inbound.KnowsAsync(channel, message.From, message.ProviderId, cancellation)) return true;
        if (item["num_media"] is not (null or "0"))
        {
            if (await MediaAsync(channel, account, message.ProviderId, cancellation) is not { } media) return false;
            message = message with { Media = media };
        }

        await inbound.ReceiveAsync(channel, message, cancellation);
        log.CaughtUp(channel.Id, message.ProviderId);
        return true;
    }

    /// <summary>Null: not now. Files that Twilio refuses to list for good must not hold up the text, nor the messages behind it.</summary>
    private async Task<IReadOnlyList<InboundMedia>?> MediaAsync(Channel channel, TwilioAccount account, string messageSid, CancellationToken cancellation)
    {
        var answer = await twilio.ListMediaAsync(account, messageSid, cancellation);
        if (answer.IsSuccess && TwilioResource.ParsePage(answer.Body, "media_list") is { } page)
            return [.. page.Items.Take(TwilioInbound.MostMedia).Select(media => Media(account, messageSid, media))];
        log.CatchUpRefused(channel.Id, answer.Status, answer.CodeText);
        return answer.Status is >= 400 and < 500 and not (401 or 408 or 429) ? [] : null;
    }

    private static InboundMedia Media(TwilioAccount account, string messageSid, TwilioResource media) => new(
        new Uri(account.BaseUrl, $"{account.Path}/Messages/{messageSid}/Media/{media["sid"]}").AbsoluteUri,
        media["content_type"] ?? TwilioInbound.UnknownContentType);

    // A conflict: another instance was quicker. What it took in is known, and what it left is left for the next run.
    private Task<CommitResult> SaveAsync(Channel channel, Row? row, TwilioCursor cursor, CancellationToken cancellation) =>
        store.CommitAsync(
            Tables.Config,
            Partition,
            [row is null
                ? RowWrite.Insert(channel.Id, cursor, TwilioCursorJson.Default.TwilioCursor)
                : RowWrite.Replace(channel.Id, row.ETag, cursor, TwilioCursorJson.Default.TwilioCursor)],
            cancellation);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
