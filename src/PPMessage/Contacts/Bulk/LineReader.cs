using System.Buffers;
using System.IO.Pipelines;

namespace PPMessage.Contacts.Bulk;

/// <summary>One line of a file.</summary>
/// <param name="Bytes">Without its end; null when it is longer than <see cref="LineReader.LongestLine"/>.</param>
/// <param name="Length">With its end.</param>
internal readonly record struct Line(byte[]? Bytes, long Length);

/// <summary>Reads lines of any length in flat memory. Not thread-safe.</summary>
internal sealed class LineReader(Stream content) : IAsyncDisposable
{
    /// <summary>In bytes; no contact that the API takes is near it.</summary>
    public const int LongestLine = 64 * 1024;

    private readonly PipeReader _reader = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: 64 * 1024));

    /// <summary>Null at the end.</summary>
    public async ValueTask<Line?> NextAsync(CancellationToken cancellation)
    {
        var skipped = 0L;
        while (true)
        {
            if (!_reader.TryRead(out var read)) read = await _reader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end) return Take(buffer.Slice(0, end), buffer.GetPosition(1, end), skipped, 1);
            if (read.IsCompleted) return buffer.Length + skipped == 0 ? null : Take(buffer, buffer.End, skipped, 0);
            if (buffer.Length > LongestLine)
            {
                skipped += buffer.Length;
                _reader.AdvanceTo(buffer.End);
            }
            else
            {
                _reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    private Line Take(ReadOnlySequence<byte> line, SequencePosition next, long skipped, int ending)
    {
        var length = skipped + line.Length;
        var bytes = length > LongestLine ? null : line.ToArray();
        _reader.AdvanceTo(next);
        return new Line(bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes, length + ending);
    }
}
