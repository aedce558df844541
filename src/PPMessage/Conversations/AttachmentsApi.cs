using Microsoft.AspNetCore.Http;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary><c>GET /api/attachments/…</c>: a stored file. It comes from a stranger: always a download, never run or shown by the browser on our origin.</summary>
internal sealed class AttachmentsApi(ThreadStore threads, IStore store)
{
    public async Task<IResult> GetAsync(HttpContext context, string id, string messageId, string attachmentId, CancellationToken cancellation)
    {
        var message = (await threads.MessageAsync(id, messageId, cancellation))?.Message;
        if (message?.Attachments.FirstOrDefault(a => a.Id == attachmentId) is not { Blob: { } name } attachment) return None();
        if (await store.OpenBlobAsync(Containers.Attachments, name, cancellation) is not { } blob) return None();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.ContentLength = blob.Length;
        return TypedResults.Stream(stream => CopyAsync(blob, stream, cancellation), attachment.ContentType, attachment.Name);
    }

    // Not the stream itself as the result: a store's stream may have begun before the content, and what is in front of it would be counted.
    private static async Task CopyAsync(Blob blob, Stream destination, CancellationToken cancellation)
    {
        await using (blob) await blob.Content.CopyToAsync(destination, cancellation);
    }

    private static IResult None() => Problems.NotFound("There is no such file, or it is not here yet.");
}
