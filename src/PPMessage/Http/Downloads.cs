using Microsoft.AspNetCore.Http;
using PPMessage.Storage;

namespace PPMessage.Http;

/// <summary>Stored files, as they came. They come from strangers: always a download, never run or shown by the browser on our origin.</summary>
internal static class Downloads
{
    /// <returns>404 where there is no such blob.</returns>
    public static async Task<IResult> OfAsync(
        HttpContext context, IStore store, string container, string blobName, string contentType, string fileName, CancellationToken cancellation)
    {
        if (await store.OpenBlobAsync(container, blobName, cancellation) is not { } blob) return None();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.ContentLength = blob.Length;
        return TypedResults.Stream(stream => CopyAsync(blob, stream, cancellation), contentType, fileName);
    }

    public static IResult None() => Problems.NotFound("There is no such file, or it is not here yet.");

    // Not the stream itself as the result: a store's stream may have begun before the content, and what is in front of it would be counted.
    private static async Task CopyAsync(Blob blob, Stream destination, CancellationToken cancellation)
    {
        await using (blob) await blob.Content.CopyToAsync(destination, cancellation);
    }
}
