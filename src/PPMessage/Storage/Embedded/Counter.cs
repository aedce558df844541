namespace PPMessage.Storage.Embedded;

/// <summary>
/// Numbers that are never drawn twice, for ETags, message ids and pop receipts. Each opening of the file begins an epoch of 2^42 numbers (years),
/// so that counting itself writes nothing. Used by the writer only.
/// </summary>
internal sealed class Counter
{
    private long _last;

    private Counter(long epoch) => _last = epoch << 42;

    public long Next() => ++_last;

    /// <summary>Begins the next epoch of the file, durably.</summary>
    public static Counter Open(Database database)
    {
        database.Execute("CREATE TABLE IF NOT EXISTS epoch (number INTEGER NOT NULL)");
        database.Execute("INSERT INTO epoch SELECT 0 WHERE NOT EXISTS (SELECT * FROM epoch)");
        using var statement = database.Prepare("UPDATE epoch SET number = number + 1 RETURNING number");
        statement.Step();
        var epoch = statement.Number(0);
        while (statement.Step()) { }
        return new Counter(epoch);
    }
}
