using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Storage.Embedded;

/// <summary>
/// Blobs as files <c>{container}/{two digits}/{hash of the name}</c>, so that no name can lead elsewhere. A file begins with the blob's name and content type.
/// Written elsewhere, synced, renamed into its place: a reader or a crash finds the old or the new content.
/// </summary>
internal sealed class BlobFolder
{
    private readonly string _blobs;
    private readonly string _incoming;

    /// <summary>Throws away what an earlier process had not finished writing.</summary>
    public BlobFolder(string directory)
    {
        (_blobs, _incoming) = (Path.Combine(directory, "blobs"), Path.Combine(directory, "incoming"));
        if (Directory.Exists(_incoming)) Directory.Delete(_incoming, recursive: true);
        Directory.CreateDirectory(_incoming);
    }

    public async Task WriteAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation)
    {
        var path = PathOf(container, name);
        var folder = Path.GetDirectoryName(path)!;
        DurableFolder.Create(folder);
        var temporary = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            await FillAsync(temporary, name, content, contentType, cancellation);
            File.Move(temporary, path, overwrite: true);
            DurableFolder.Sync(folder);
        }
        catch (IOException failed)
        {
            throw new StoreException($"The blob can't be written: {failed.Message}", failed);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Blob? Open(string container, string name)
    {
        try
        {
            var file = new FileStream(PathOf(container, name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            using var header = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
            _ = header.ReadString();
            var contentType = header.ReadString();
            return new Blob(file, contentType, file.Length - file.Position);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Delete(string container, string name)
    {
        var path = PathOf(container, name);
        if (!File.Exists(path)) return;
        File.Delete(path);
        DurableFolder.Sync(Path.GetDirectoryName(path)!);
    }

    private static async Task FillAsync(string path, string name, Stream content, string contentType, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await using (var header = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true))
        {
            header.Write(name);
            header.Write(contentType);
        }

        await content.CopyToAsync(file, cancellation);
        file.Flush(flushToDisk: true);
    }

    private string PathOf(string container, string name)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        return Path.Combine(_blobs, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(container)), hash[..2], hash);
    }
}
