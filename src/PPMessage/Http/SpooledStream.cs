using System.Security.Cryptography;

namespace PPMessage.Http;

/// <summary>Bytes of any number: in memory as long as they are few, else in a temporary file that vanishes with the stream, or with the process. Not thread-safe.</summary>
internal sealed class SpooledStream : Stream
{
    public const int InMemory = 64 * 1024;

    private Stream _content = new MemoryStream();

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _content.Length;

    public override long Position
    {
        get => _content.Position;
        set => _content.Position = value;
    }

    public bool IsInMemory => _content is MemoryStream;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_content is MemoryStream memory && memory.Position + buffer.Length > InMemory) _content = Moved(memory);
        _content.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // The file is written through a buffer into the system's cache: nothing is waited for.
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override int Read(Span<byte> buffer) => _content.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => _content.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _content.ReadAsync(buffer, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => _content.Seek(offset, origin);

    public override void SetLength(long value) => _content.SetLength(value);

    public override void Flush() => _content.Flush();

    /// <summary>Everything; for what is known to be small.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        Position = 0;
        _content.ReadExactly(bytes);
        return bytes;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }

    private static FileStream Moved(MemoryStream memory)
    {
        var path = Path.Combine(Path.GetTempPath(), $"ppmessage-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 16 * 1024, FileOptions.DeleteOnClose);
        // Where names and files are two things the name goes at once: so a killed process leaves nothing behind.
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        file.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        file.Position = memory.Position;
        memory.Dispose();
        return file;
    }
}
