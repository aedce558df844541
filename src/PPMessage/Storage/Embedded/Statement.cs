using System.Text;
using SQLitePCL;

namespace PPMessage.Storage.Embedded;

/// <summary>A prepared statement. Parameters and columns count from 1 and 0, as in SQLite.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    private const int StackBytes = 1024;

    public Statement Bind(int index, string text)
    {
        Span<byte> buffer = stackalloc byte[StackBytes];
        if (!Encoding.UTF8.TryGetBytes(text, buffer, out var length)) database.Check(raw.sqlite3_bind_text(handle, index, text));
        else database.Check(raw.sqlite3_bind_text(handle, index, buffer[..length]));
        return this;
    }

    public Statement Bind(int index, long number)
    {
        database.Check(raw.sqlite3_bind_int64(handle, index, number));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> bytes)
    {
        database.Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, bytes));
        return this;
    }

    /// <summary>True: a row stands ready. False: done.</summary>
    public bool Step() => database.Check(raw.sqlite3_step(handle)) == raw.SQLITE_ROW;

    public long Number(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    /// <summary>Makes the statement ready for its next use and ends its read.</summary>
    public void Dispose() => _ = raw.sqlite3_reset(handle);

    public void Finish() => handle.Dispose();
}
