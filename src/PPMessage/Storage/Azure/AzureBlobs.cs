using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace PPMessage.Storage.Azure;

/// <summary>Block blobs, streamed both ways.</summary>
internal sealed class AzureBlobs(BlobServiceClient service, string prefix)
{
    private readonly ConcurrentDictionary<string, BlobContainerClient> _made = new(StringComparer.Ordinal);

    public async Task<bool> WriteAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation)
    {
        var client = await MadeAsync(container, cancellation);
        var options = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } };
        await client.GetBlobClient(name).UploadAsync(content, options, cancellation);
        return true;
    }

    public async Task<Blob?> OpenAsync(string container, string name, long from, CancellationToken cancellation)
    {
        try
        {
            // A range that begins at the blob's end is refused (416): there is nothing left to ask for.
            var client = Client(container).GetBlobClient(name);
            if (from > 0 && (await client.GetPropertiesAsync(cancellationToken: cancellation)).Value is { } all && all.ContentLength <= from) return new Blob(Stream.Null, all.ContentType, 0);
            var options = new BlobDownloadOptions { Range = from == 0 ? default : new HttpRange(from) };
            var download = (await client.DownloadStreamingAsync(options, cancellation)).Value;
            return new Blob(download.Content, download.Details.ContentType, download.Details.ContentLength);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    public async Task<bool> DeleteAsync(string container, string name, CancellationToken cancellation) =>
        await Client(container).GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellation);

    // Before the upload, once a process: an upload refused for want of its container would have eaten a stream that can't be read twice.
    private async Task<BlobContainerClient> MadeAsync(string container, CancellationToken cancellation)
    {
        if (_made.TryGetValue(container, out var made)) return made;
        var client = Client(container);
        await client.CreateIfNotExistsAsync(cancellationToken: cancellation);
        return _made[container] = client;
    }

    private BlobContainerClient Client(string container) => service.GetBlobContainerClient(prefix + container);
}
