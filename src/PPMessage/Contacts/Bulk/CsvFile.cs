using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CsvHelper;

namespace PPMessage.Contacts.Bulk;

/// <summary>The body can't be what it says it is; the message is for whoever sent it.</summary>
internal sealed class UnreadableImportException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A table as text, in flat memory: its heading, then its rows. RFC 4180, quotes in the middle of a cell being taken as they are. Not thread-safe.</summary>
internal sealed class CsvFile : IDisposable
{
    /// <summary>In bytes of UTF-8. A quote that nobody closes makes the rest of the file one cell: that far it is followed.</summary>
    private const int LongestRow = 1024 * 1024;

    // Enough for any heading.
    private const int HeadCharacters = 64 * 1024;

    private static readonly char[] Delimiters = [',', ';', '\t'];

    private readonly CsvReader _reader;
    private readonly Encoding _encoding;
    private CsvMalformedRecord? _broken;

    private CsvFile(TextReader text, char? delimiter, Encoding encoding)
    {
        _encoding = encoding;
        _reader = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = delimiter, HasHeader = false, SkipEmptyLines = false, DetectSeparatorHint = true, MaxRecordSize = LongestRow, IncludeValuesInExceptions = false,
            OnMalformedRecord = record => _broken = record.Reason == CsvMalformedReason.UnterminatedQuote ? record : _broken,
        });
    }

    public IReadOnlyList<string> Headings { get; private set; } = [];

    /// <param name="delimiter">Null: whichever of comma, semicolon and tab stands most often in the heading.</param>
    /// <exception cref="UnreadableImportException">The text can't be read in this encoding.</exception>
    public static async Task<CsvFile> OpenAsync(Stream body, Encoding encoding, char? delimiter, CancellationToken cancellation)
    {
        var decoder = new StreamReader(body, encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024);
        var head = new char[HeadCharacters];
        var start = head.AsMemory(0, await ReadableAsync(async () => await decoder.ReadBlockAsync(head, cancellation), encoding));
        // Excel's own word on it, which the reader takes where it is told nothing.
        var isHinted = start.Span.StartsWith("sep=", StringComparison.OrdinalIgnoreCase);
        var file = new CsvFile(new JoinedReader(start, decoder), delimiter ?? (isHinted ? null : Likeliest(start.Span)), encoding);
        if (!await file.NextAsync(cancellation)) throw new UnreadableImportException("The table has no heading.");
        file.Headings = [.. Enumerable.Range(0, file._reader.FieldCount).Select(file._reader.GetString)];
        return file;
    }

    /// <summary>Writes the rows behind the heading, each as a line with a JSON list of its cells.</summary>
    /// <returns>How many bytes.</returns>
    public async Task<long> CopyAsync(PipeWriter destination, CancellationToken cancellation)
    {
        await using var json = new Utf8JsonWriter(destination, new JsonWriterOptions { Encoder = BulkJson.Default.Options.Encoder });
        var written = 0L;
        while (await NextAsync(cancellation))
        {
            json.WriteStartArray();
            for (var i = 0; i < _reader.FieldCount; i++) json.WriteStringValue(_reader.GetSpan(i));
            json.WriteEndArray();
            json.Flush();
            written += json.BytesCommitted + 1;
            json.Reset();
            destination.GetSpan(1)[0] = (byte)'\n';
            destination.Advance(1);
            if (destination.UnflushedBytes > 64 * 1024 && (await destination.FlushAsync(cancellation)).IsCompleted) return written;
        }

        return written;
    }

    public void Dispose() => _reader.Dispose();

    private async Task<bool> NextAsync(CancellationToken cancellation)
    {
        var isThere = await ReadableAsync(async () => await _reader.ReadAsync(cancellation), _encoding);
        return _broken is null ? isThere : throw new UnreadableImportException($"A quote in row {_reader.RowNumber} is never closed.");
    }

    private static async Task<T> ReadableAsync<T>(Func<Task<T>> read, Encoding encoding)
    {
        try
        {
            return await read();
        }
        catch (DecoderFallbackException wrong)
        {
            throw new UnreadableImportException($"The file is not in the encoding {encoding.WebName}. Say which one it is: Content-Type: text/csv; charset=gb18030 (Chinese Excel), utf-8 or utf-16.", wrong);
        }
        catch (CsvFormatException endless)
        {
            throw new UnreadableImportException($"Row {endless.RecordNumber} is longer than {LongestRow} bytes: is there a quote that nobody closes?", endless);
        }
    }

    private static char Likeliest(ReadOnlySpan<char> head)
    {
        var counts = new int[Delimiters.Length];
        var isQuoted = false;
        foreach (var c in head)
        {
            if (c == '"') isQuoted = !isQuoted;
            if (!isQuoted && c is '\r' or '\n') break;
            if (!isQuoted && Array.IndexOf(Delimiters, c) is var which and >= 0) counts[which]++;
        }

        return Delimiters[Array.IndexOf(counts, counts.Max())];
    }

    /// <summary>What was read of a text, and then the rest.</summary>
    private sealed class JoinedReader(ReadOnlyMemory<char> start, TextReader rest) : TextReader
    {
        private ReadOnlyMemory<char> _start = start;

        public override Task<int> ReadAsync(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask();

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            if (_start.IsEmpty) return rest.ReadAsync(buffer, cancellationToken);
            var count = Math.Min(buffer.Length, _start.Length);
            _start[..count].CopyTo(buffer);
            _start = _start[count..];
            return ValueTask.FromResult(count);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
