using PPMessage.Storage;

namespace PPMessage.Segments;

/// <summary>Rows of one family in the order of their contacts, which are asked for in that order too. For one page; not thread-safe.</summary>
internal sealed class FamilyRows
{
    public static readonly FamilyRows None = new([], 0);

    private readonly IReadOnlyList<Row> _rows;
    private readonly int _prefixLength;
    private int _at;

    private FamilyRows(IReadOnlyList<Row> rows, int prefixLength) => (_rows, _prefixLength) = (rows, prefixLength);

    /// <param name="prefix">What stands before the contact's id in a row's key.</param>
    public static async Task<FamilyRows> ReadAsync(IStore store, string table, string bucket, string prefix, string first, string last, CancellationToken cancellation)
    {
        // Keys go on with '|' behind the id or end with it: both lie before this.
        var range = new RowRange(prefix + first, $"{prefix}{last}}}");
        return new(await store.ReadAllAsync(table, bucket, range, cancellation), prefix.Length);
    }

    public IReadOnlyList<Row> Of(string contactId)
    {
        while (_at < _rows.Count && Order(contactId) < 0) _at++;
        if (_at == _rows.Count || Order(contactId) > 0) return [];
        var found = new List<Row>();
        for (; _at < _rows.Count && Order(contactId) == 0; _at++) found.Add(_rows[_at]);
        return found;
    }

    private int Order(string contactId) => string.CompareOrdinal(_rows[_at].Key, _prefixLength, contactId, 0, contactId.Length);
}
