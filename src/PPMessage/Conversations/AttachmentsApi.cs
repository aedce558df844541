using Microsoft.AspNetCore.Http;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>
/// <c>GET /api/attachments/…</c> and <c>GET …/messages/{id}/raw</c>: stored files, and mails as they came. They come from strangers: always a download, never
/// run or shown by the browser on our origin.
/// </summary>
internal sealed class AttachmentsApi(ThreadStore threads, IStore store)
{
    public async Task<IResult> GetAsync(HttpContext context, string id, string messageId, string attachmentId, CancellationToken cancellation)
    {
        var message = (await threads.MessageAsync(id, messageId, cancellation))?.Message;
        return message?.Attachments.FirstOrDefault(a => a.Id == attachmentId) is { Blob: { } name } attachment
            ? await DownloadAsync(context, Containers.Attachments, name, attachment.ContentType, attachment.Name, cancellation)
            : None();
    }

    public async Task<IResult> RawAsync(HttpContext context, string id, string messageId, CancellationToken cancellation) =>
        (await threads.MessageAsync(id, messageId, cancellation))?.Message.RawBlob is { } name
            ? await DownloadAsync(context, Containers.Raw, name, "message/rfc822", $"{messageId}.eml", cancellation)
            : None();

    private async Task<IResult> DownloadAsync(HttpContext context, string container, string blobName, string contentType, string fileName, CancellationToken cancellation)
    {
        if (await store.OpenBlobAsync(container, blobName, cancellation) is not { } blob) return None();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.ContentLength = blob.Length;
        return TypedResults.Stream(stream => CopyAsync(blob, stream, cancellation), contentType, fileName);
    }

    // Not the stream itself as the result: a store's stream may have begun before the content, and what is in front of it would be counted.
    private static async Task CopyAsync(Blob blob, Stream destination, CancellationToken cancellation)
    {
        await using (blob) await blob.Content.CopyToAsync(destination, cancellation);
    }

    private static IResult None() => Problems.NotFound("There is no such file, or it is not here yet.");
}
