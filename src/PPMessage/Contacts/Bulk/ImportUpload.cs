using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using PPMessage.Storage;

namespace PPMessage.Contacts.Bulk;

/// <summary>What a body was found to hold.</summary>
/// <param name="Hash">Of the body as it came.</param>
internal sealed record Uploaded(string Hash, long Bytes);

/// <summary>
/// A body on its way into the store, in flat memory: lines of JSON as they are, rows of a table each as a JSON list of their cells, so that any row can be
/// read again from a byte on, whatever the encoding was.
/// </summary>
internal sealed class ImportUpload(Stream body, ImportFormat format) : IAsyncDisposable
{
    private readonly HashedStream _body = new(body);
    private PipeReader _reader = null!;
    private CsvFile? _table;

    public IReadOnlyList<string> Headings => _table?.Headings ?? [];

    /// <summary>Reads as far as is needed to know what it is.</summary>
    /// <returns>False: it is empty.</returns>
    /// <exception cref="UnreadableImportException">It is no such table.</exception>
    public async Task<bool> BeginAsync(char? delimiter, CancellationToken cancellation)
    {
        _reader = PipeReader.Create(_body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var head = (await _reader.ReadAtLeastAsync(3, cancellation)).Buffer;
        if (head.IsEmpty) return false;
        if (!format.IsTable)
        {
            _reader.AdvanceTo(head.Start);
            return true;
        }

        var (encoding, mark) = format.Marked(head.Slice(0, Math.Min(3, head.Length)).ToArray());
        _reader.AdvanceTo(head.GetPosition(mark));
        _table = await CsvFile.OpenAsync(_reader.AsStream(), encoding, delimiter, cancellation);
        return true;
    }

    /// <summary>Keeps it as a blob.</summary>
    /// <exception cref="UnreadableImportException">Further on it is no such table; then there is no blob.</exception>
    public async Task<Uploaded> KeepAsync(IStore store, string name, CancellationToken cancellation)
    {
        var pipe = new Pipe();
        var filling = FillAsync(pipe.Writer, cancellation);
        ExceptionDispatchInfo? failed = null;
        try
        {
            await store.WriteBlobAsync(Containers.Imports, name, pipe.Reader.AsStream(), format.IsTable ? "application/json" : "application/x-ndjson", cancellation);
        }
        catch (Exception error)
        {
            failed = ExceptionDispatchInfo.Capture(error);
        }

        // What was wrong with the body is why the store could not go on, and so it is told first.
        await pipe.Reader.CompleteAsync();
        var bytes = await filling;
        failed?.Throw();
        return new Uploaded(_body.Hash(), bytes);
    }

    /// <summary>Reads it and keeps nothing.</summary>
    public async Task<string> HashAsync(CancellationToken cancellation)
    {
        if (_table is not null) await DrainAsync(_body, cancellation);
        else await _reader.CopyToAsync(Stream.Null, cancellation);
        return _body.Hash();
    }

    public async ValueTask DisposeAsync()
    {
        _table?.Dispose();
        if (_reader is not null) await _reader.CompleteAsync();
        await _body.DisposeAsync();
    }

    private async Task<long> FillAsync(PipeWriter writer, CancellationToken cancellation)
    {
        try
        {
            var bytes = _table is null ? await CopyAsync(writer, cancellation) : await _table.CopyAsync(writer, cancellation);
            await writer.CompleteAsync();
            return bytes;
        }
        catch (Exception error)
        {
            await writer.CompleteAsync(error);
            throw;
        }
    }

    private async Task<long> CopyAsync(PipeWriter writer, CancellationToken cancellation)
    {
        var bytes = 0L;
        while (true)
        {
            var read = await _reader.ReadAsync(cancellation);
            foreach (var segment in read.Buffer) writer.Write(segment.Span);
            bytes += read.Buffer.Length;
            _reader.AdvanceTo(read.Buffer.End);
            if ((await writer.FlushAsync(cancellation)).IsCompleted || read.IsCompleted) return bytes;
        }
    }

    private static async Task DrainAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellation) > 0) { }
    }

    /// <summary>Reads another stream and knows the hash of what was read.</summary>
    private sealed class HashedStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public string Hash() => Ids.Base32(_hash.GetCurrentHash());

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
