using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using PPMessage.Channels;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Inbound;

/// <summary>Takes up mails whose callback died or took too long.</summary>
internal sealed class MailWorkHandler(ChannelDirectory channels, IStore store, InboundMails mails) : IWorkHandler
{
    public const string Word = "mail";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, InboundJson.Default.MailWork) is not { } work) return;
        var channel = await channels.FindAsync(work.Mail.ChannelId, cancellation) ?? throw new StoreException($"Channel {work.Mail.ChannelId} is gone.");
        await using var blob = await store.OpenBlobAsync(Containers.Raw, work.Blob, cancellation) ?? throw new StoreException($"The mail {work.Blob} is gone.");
        // A store's stream can't be sought in: small mails stay in memory, larger ones go to a temporary file.
        await using var mime = new FileBufferingReadStream(blob.Content, 1024 * 1024);
        await mime.DrainAsync(cancellation);
        await mails.ActAsync(channel, work, mime, cancellation);
    }
}
