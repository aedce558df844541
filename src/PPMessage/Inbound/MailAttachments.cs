using System.Security.Cryptography;
using PPMessage.Conversations;
using PPMessage.Http;
using PPMessage.Mail;
using PPMessage.Storage;

namespace PPMessage.Inbound;

/// <summary>
/// Puts a mail's files into blobs, named by thread and content: whoever repeats it writes the same blobs, and no other mail can write over them.
/// One operation a file; one file at a time, by way of a temporary file when it is large, so that memory stays flat. Thread-safe.
/// </summary>
internal sealed class MailAttachments(IStore store)
{
    public async Task<IReadOnlyList<Attachment>> StoreAsync(string thread, IReadOnlyList<MailFile> files, CancellationToken cancellation)
    {
        var stored = new List<Attachment>();
        foreach (var file in files) stored.Add(await StoreAsync(thread, file, $"a{stored.Count}", cancellation));
        return stored;
    }

    private async Task<Attachment> StoreAsync(string thread, MailFile file, string id, CancellationToken cancellation)
    {
        await using var content = new SpooledStream();
        await file.WriteToAsync(content, cancellation);
        content.Position = 0;
        var name = $"{thread}/{Ids.Base32(await SHA256.HashDataAsync(content, cancellation))}";
        content.Position = 0;
        await store.WriteBlobAsync(Containers.Attachments, name, content, file.ContentType, cancellation);
        return new Attachment(id, file.Name, file.ContentType, content.Length, null, name, null, file.ContentId);
    }
}
