namespace PPMessage.Storage.Embedded;

/// <summary>One caller's transaction within the writer's: all preconditions first, so that a refusal leaves nothing to undo.</summary>
internal static class RowCommit
{
    public static CommitResult Apply(RowTable table, string partition, IReadOnlyList<RowWrite> writes, Counter versions)
    {
        var exists = new bool[writes.Count];
        for (var i = 0; i < writes.Count; i++)
        {
            var found = table.Version(partition, writes[i].Key);
            if (Refusal(writes[i], found) is { } kind) return new CommitResult([], new Conflict(i, writes[i].Key, kind));
            exists[i] = found is not null;
        }

        var etags = new string[writes.Count];
        for (var i = 0; i < writes.Count; i++) etags[i] = Write(table, partition, writes[i], exists[i], versions);
        return new CommitResult(etags, null);
    }

    private static ConflictKind? Refusal(RowWrite write, long? found) => (write.Kind, found) switch
    {
        (WriteKind.Put, _) or (WriteKind.Insert, null) => null,
        (WriteKind.Insert, _) => ConflictKind.Exists,
        (_, null) => ConflictKind.Missing,
        (_, { } version) => write.ETag is null || write.ETag == RowTable.ETag(version) ? null : ConflictKind.Stale,
    };

    private static string Write(RowTable table, string partition, RowWrite write, bool exists, Counter versions)
    {
        if (write.Kind == WriteKind.Delete)
        {
            table.Delete(partition, write.Key);
            return string.Empty;
        }

        var version = versions.Next();
        if (exists) table.Update(partition, write, version);
        else table.Insert(partition, write, version);
        return RowTable.ETag(version);
    }
}
