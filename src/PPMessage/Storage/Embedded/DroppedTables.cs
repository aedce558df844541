namespace PPMessage.Storage.Embedded;

/// <summary>
/// Drops a table at once for its users and little by little in the file: dropping gigabytes in one transaction would keep every other writer waiting.
/// What a process leaves undone, the next one goes on with.
/// </summary>
internal sealed class DroppedTables
{
    private const string NamePrefix = "dropped_";

    // Some milliseconds of the writer's time.
    private const int RowsAtOnce = 200;

    private readonly GroupWriter _writer;
    private readonly Schema _schema;
    private readonly Counter _numbers;

    public DroppedTables(GroupWriter writer, Schema schema, Counter numbers)
    {
        (_writer, _schema, _numbers) = (writer, schema, numbers);
        foreach (var name in schema.Names.Where(name => name.StartsWith(NamePrefix, StringComparison.Ordinal))) _ = ClearAsync(name);
    }

    public async Task DropAsync(string table)
    {
        if (await _writer.SubmitAsync(database => Rename(database, table)) is { } dropped) _ = ClearAsync(dropped);
    }

    private string? Rename(Database database, string table)
    {
        if (!_schema.Drop(table)) return null;
        var dropped = NamePrefix + _numbers.Next();
        database.Execute($"ALTER TABLE {Database.Quoted(table)} RENAME TO {dropped}");
        return dropped;
    }

    private async Task ClearAsync(string dropped)
    {
        try
        {
            while (await _writer.SubmitAsync(database => Clear(database, dropped))) { }
        }
        catch (Exception stopped) when (stopped is ObjectDisposedException or StoreException)
        {
            // The next opening of the store takes it up.
        }
    }

    private static bool Clear(Database database, string dropped)
    {
        database.Execute($"DELETE FROM {dropped} WHERE id IN (SELECT id FROM {dropped} LIMIT {RowsAtOnce})");
        if (database.Changes > 0) return true;
        database.Execute($"DROP TABLE {dropped}");
        return false;
    }
}
