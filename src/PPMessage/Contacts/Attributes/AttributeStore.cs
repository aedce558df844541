using System.Text.RegularExpressions;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Contacts.Attributes;

/// <summary>Definitions in table <c>Config</c>, partition <c>attribute</c>, row = key.</summary>
internal sealed partial class AttributeStore(IStore store, AttributeDirectory directory)
{
    public const string Partition = "attribute";
    public const int Most = 200;

    public static bool IsKey(string text) => Key().IsMatch(text);

    public static AttributeDefinition Read(Row row) => row.As(AttributesJson.Default.AttributeDefinition);

    /// <summary>Reads the store, not the cache. Null for whatever is no key.</summary>
    public async Task<(AttributeDefinition Definition, string ETag)?> FindAsync(string key, CancellationToken cancellation) =>
        IsKey(key) && await store.ReadAsync(Tables.Config, Partition, key, cancellation) is { } row ? (Read(row), row.ETag) : null;

    public async Task<Page<AttributeDefinition>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var range = page.Cursor is { } cursor ? RowRange.All.Behind(cursor) : RowRange.All;
        var rows = await store.ReadRangeAsync(Tables.Config, Partition, range, page.Limit, cancellation);
        return new([.. rows.Rows.Select(Read)], rows.More ? rows.Rows[^1].Key : null);
    }

    /// <summary>Two that are made at the same moment may end up one over: nothing depends on the exact number.</summary>
    public async Task<bool> IsFullAsync(CancellationToken cancellation) =>
        (await store.ReadRangeAsync(Tables.Config, Partition, RowRange.All, Most, cancellation)).Rows.Count == Most;

    /// <summary>False when there is one with this key.</summary>
    public Task<bool> InsertAsync(AttributeDefinition definition, CancellationToken cancellation) =>
        CommitAsync(RowWrite.Insert(definition.Key, definition, AttributesJson.Default.AttributeDefinition), cancellation);

    /// <summary>False when it has changed meanwhile.</summary>
    public Task<bool> ReplaceAsync(AttributeDefinition definition, string etag, CancellationToken cancellation) =>
        CommitAsync(RowWrite.Replace(definition.Key, etag, definition, AttributesJson.Default.AttributeDefinition), cancellation);

    /// <inheritdoc cref="ReplaceAsync"/>
    public Task<bool> DeleteAsync(AttributeDefinition definition, string etag, CancellationToken cancellation) =>
        CommitAsync(RowWrite.Delete(definition.Key, etag), cancellation);

    private async Task<bool> CommitAsync(RowWrite write, CancellationToken cancellation)
    {
        try
        {
            return (await store.CommitAsync(Tables.Config, Partition, [write], cancellation)).Committed;
        }
        finally
        {
            directory.Forget();
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,63}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
