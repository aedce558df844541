using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Inbound;

/// <summary>Takes up mails whose callback died or took too long.</summary>
internal sealed class MailWorkHandler(ChannelDirectory channels, IStore store, InboundMails mails, ILogger<MailWorkHandler> log) : IWorkHandler
{
    public const string Word = "mail";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, InboundJson.Default.MailWork) is not { } work) return;
        var channel = await channels.FindAsync(work.Mail.ChannelId, cancellation) ?? throw new StoreException($"Channel {work.Mail.ChannelId} is gone.");
        await using var blob = await store.OpenBlobAsync(Containers.Raw, work.Blob, cancellation);
        if (blob is null)
        {
            // It was written before this work was put, and only erasing its sender takes it away.
            log.MailErased(work.Ulid);
            return;
        }

        // A store's stream can't be sought in.
        await using var mime = new SpooledStream();
        await blob.Content.CopyToAsync(mime, cancellation);
        await mails.ActAsync(channel, work, mime, cancellation);
    }
}
