using Microsoft.AspNetCore.Http;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary><c>GET /api/attachments/…</c> and <c>GET …/messages/{id}/raw</c>: stored files, and mails as they came.</summary>
internal sealed class AttachmentsApi(ThreadStore threads, IStore store)
{
    public async Task<IResult> GetAsync(HttpContext context, string id, string messageId, string attachmentId, CancellationToken cancellation)
    {
        var message = (await threads.MessageAsync(id, messageId, cancellation))?.Message;
        return message?.Attachments.FirstOrDefault(a => a.Id == attachmentId) is { Blob: { } name } attachment
            ? await Downloads.OfAsync(context, store, Containers.Attachments, name, attachment.ContentType, attachment.Name, cancellation)
            : Downloads.None();
    }

    public async Task<IResult> RawAsync(HttpContext context, string id, string messageId, CancellationToken cancellation) =>
        (await threads.MessageAsync(id, messageId, cancellation))?.Message.RawBlob is { } name
            ? await Downloads.OfAsync(context, store, Containers.Raw, name, "message/rfc822", $"{messageId}.eml", cancellation)
            : Downloads.None();
}
