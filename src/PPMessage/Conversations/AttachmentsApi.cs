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
        return TypedResults.Stream(output => CopyAsync(blob, output, cancellation), attachment.ContentType, attachment.Name);
    }

    private static async Task CopyAsync(Blob blob, Stream output, CancellationToken cancellation)
    {
        await using (blob) await blob.Content.CopyToAsync(output, cancellation);
    }

    private static IResult None() => Problems.NotFound("There is no such file, or it is not here yet.");
}
