namespace PPMessage.Storage.Embedded;

/// <summary>One caller's transaction within the writer's: all preconditions first, so that a refusal leaves nothing to undo.</summary>
internal static class RowCommit
{
    public static CommitResult Apply(RowTable table, string partition, IReadOnlyList<RowWrite> writes, Counter versions)
    {
        var places = new long?[writes.Count];
        for (var i = 0; i < writes.Count; i++)
        {
            var found = table.Find(partition, writes[i].Key);
            if (Refusal(writes[i], found?.Version) is { } kind) return new CommitResult([], new Conflict(i, writes[i].Key, kind));
            places[i] = found?.Id;
        }

        var etags = new string[writes.Count];
        for (var i = 0; i < writes.Count; i++) etags[i] = Write(table, partition, writes[i], places[i], versions);
        return new CommitResult(etags, null);
    }

    private static ConflictKind? Refusal(RowWrite write, long? found) => (write.Kind, found) switch
    {
        (WriteKind.Put, _) or (WriteKind.Insert, null) => null,
        (WriteKind.Insert, _) => ConflictKind.Exists,
        (_, null) => ConflictKind.Missing,
        (_, { } version) => write.ETag is null || write.ETag == RowTable.ETag(version) ? null : ConflictKind.Stale,
    };

    private static string Write(RowTable table, string partition, RowWrite write, long? place, Counter versions)
    {
        if (write.Kind == WriteKind.Delete)
        {
            table.Delete(place!.Value);
            return string.Empty;
        }

        var version = versions.Next();
        if (place is { } id) table.Update(id, write, version);
        else table.Insert(partition, write, version);
        return RowTable.ETag(version);
    }
}
