using System.Text;
using PPMessage.Storage.Embedded;

namespace PPMessage.Tests.Workspaces;

/// <summary>What lies in an embedded store, seen from beside the app: everything, also what nothing leads to.</summary>
internal sealed class Underneath(string directory)
{
    /// <summary>Table, partition and key of each row, and the queue of each message, in which a text stands.</summary>
    public IReadOnlyList<string> RowsWith(string text)
    {
        using var database = new Database(Path.Combine(directory, "store.db"), cacheBytes: 64 * 1024);
        var bytes = Encoding.UTF8.GetBytes(text);
        return
        [
            .. Names(database, "p TEXT NOT NULL").SelectMany(table => Places(database, $"SELECT p || '/' || k FROM {Database.Quoted(table)} WHERE instr(d, ?1)", table, bytes)),
            .. Names(database, "receipt").SelectMany(queue => Places(database, $"SELECT id FROM {Database.Quoted(queue)} WHERE instr(CAST(text AS BLOB), ?1)", queue, bytes)),
        ];
    }

    /// <summary>All blobs' files; what they are called are hashes of the blobs' names.</summary>
    public IReadOnlyList<string> Blobs() => Directory.Exists(Path.Combine(directory, "blobs"))
        ? [.. Directory.EnumerateFiles(Path.Combine(directory, "blobs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
        : [];

    private static List<string> Names(Database database, string column)
    {
        using var statement = database.Prepare($"SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%{column}%'");
        return Texts(statement);
    }

    private static List<string> Places(Database database, string sql, string table, byte[] bytes)
    {
        using var statement = database.Prepare(sql).Bind(1, bytes);
        return [.. Texts(statement).Select(place => $"{table[(table.IndexOf('_', StringComparison.Ordinal) + 1)..]}/{place}")];
    }

    private static List<string> Texts(Statement statement)
    {
        var texts = new List<string>();
        while (statement.Step()) texts.Add(statement.Text(0));
        return texts;
    }
}
