using System.Globalization;

namespace PPMessage.Storage.Embedded;

/// <summary>One queue: a SQLite table with its messages, found by the instant (UTC ticks) from which each is visible. Used by the writer only.</summary>
internal sealed class MessageTable(Database database, string name)
{
    private const string NamePrefix = "queue_";

    private readonly string _name = Database.Quoted(NamePrefix + name);
    private readonly string _visible = $"SELECT id, text, taken FROM {Database.Quoted(NamePrefix + name)} WHERE visible <= ?1 ORDER BY visible LIMIT ?2";
    private readonly string _add = $"INSERT INTO {Database.Quoted(NamePrefix + name)} (id, visible, receipt, text) VALUES (?1, ?2, ?3, ?4)";
    private readonly string _take = $"UPDATE {Database.Quoted(NamePrefix + name)} SET visible = ?2, receipt = ?3, taken = taken + 1, leased = 1 WHERE id = ?1";
    private readonly string _hide = $"UPDATE {Database.Quoted(NamePrefix + name)} SET visible = ?2, receipt = ?3, leased = 0 WHERE id = ?1 AND receipt = ?4 RETURNING id";
    private readonly string _delete = $"DELETE FROM {Database.Quoted(NamePrefix + name)} WHERE id = ?1 AND receipt = ?2 RETURNING id";

    /// <summary>The SQLite table's name.</summary>
    public static string NameOf(string queue) => NamePrefix + queue;

    /// <summary>The queue that a SQLite table holds, or null.</summary>
    public static string? QueueOf(string name) => name.StartsWith(NamePrefix, StringComparison.Ordinal) ? name[NamePrefix.Length..] : null;

    public void Create()
    {
        database.Execute(
            $"CREATE TABLE IF NOT EXISTS {_name} (id INTEGER PRIMARY KEY, visible INTEGER NOT NULL, receipt INTEGER NOT NULL, text TEXT NOT NULL, taken INTEGER NOT NULL DEFAULT 0, leased INTEGER NOT NULL DEFAULT 0)");
        database.Execute($"CREATE INDEX IF NOT EXISTS {Database.Quoted("visible_" + name)} ON {_name} (visible)");
    }

    /// <summary>Ends the leases of a process that is gone; messages that were hidden on purpose stay hidden.</summary>
    public void VoidLeases() => database.Execute($"UPDATE {_name} SET visible = 0, leased = 0 WHERE leased = 1");

    public QueueReceipt Add(string text, long visible, Counter numbers)
    {
        var (id, receipt) = (numbers.Next(), numbers.Next());
        using var statement = database.Prepare(_add).Bind(1, id).Bind(2, visible).Bind(3, receipt).Bind(4, text);
        statement.Step();
        return Receipt(id, receipt);
    }

    public IReadOnlyList<QueueMessage> Take(int max, long now, long visibleAgain, Counter numbers)
    {
        var found = Visible(max, now);
        return found.ConvertAll(message => new QueueMessage(Take(message.Id, visibleAgain, numbers.Next()), message.Text, message.Taken + 1));
    }

    public QueueReceipt? Hide(QueueReceipt receipt, long visible, Counter numbers)
    {
        if (!TryParse(receipt, out var id, out var held)) return null;
        var next = numbers.Next();
        using var statement = database.Prepare(_hide).Bind(1, id).Bind(2, visible).Bind(3, next).Bind(4, held);
        return Hit(statement) ? Receipt(id, next) : null;
    }

    public bool Delete(QueueReceipt receipt)
    {
        if (!TryParse(receipt, out var id, out var held)) return false;
        using var statement = database.Prepare(_delete).Bind(1, id).Bind(2, held);
        return Hit(statement);
    }

    private List<(long Id, string Text, int Taken)> Visible(int max, long now)
    {
        var found = new List<(long, string, int)>();
        using var statement = database.Prepare(_visible).Bind(1, now).Bind(2, max);
        while (statement.Step()) found.Add((statement.Number(0), statement.Text(1), (int)statement.Number(2)));
        return found;
    }

    private QueueReceipt Take(long id, long visibleAgain, long receipt)
    {
        using var statement = database.Prepare(_take).Bind(1, id).Bind(2, visibleAgain).Bind(3, receipt);
        statement.Step();
        return Receipt(id, receipt);
    }

    // RETURNING gives its rows before the statement is done; only the last step ends it.
    private static bool Hit(Statement statement)
    {
        var hit = statement.Step();
        while (hit && statement.Step()) { }
        return hit;
    }

    private static QueueReceipt Receipt(long id, long receipt) =>
        new(id.ToString(CultureInfo.InvariantCulture), receipt.ToString(CultureInfo.InvariantCulture));

    private static bool TryParse(QueueReceipt receipt, out long id, out long held)
    {
        held = 0;
        return long.TryParse(receipt.MessageId, CultureInfo.InvariantCulture, out id)
            && long.TryParse(receipt.PopReceipt, CultureInfo.InvariantCulture, out held);
    }
}
