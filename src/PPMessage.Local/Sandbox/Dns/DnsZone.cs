using System.Collections.Concurrent;

namespace PPMessage.Local.Sandbox.Dns;

/// <param name="Priority">Mail goes to the lowest.</param>
internal sealed record DnsMx(int Priority, string Host);

/// <summary>All that is known of a name.</summary>
internal sealed record DnsRecords
{
    public IReadOnlyList<DnsMx> Mx { get; init; } = [];

    public IReadOnlyList<string> Txt { get; init; } = [];

    /// <summary>Another name for it: what the name holds itself is then not told.</summary>
    public string? Cname { get; init; }

    /// <summary>Questions about it are answered with SERVFAIL.</summary>
    public bool Fails { get; init; }
}

/// <summary>What the sandbox's DNS server tells; a name that is not in it does not exist. Thread-safe.</summary>
internal sealed class DnsZone
{
    private readonly ConcurrentDictionary<string, DnsRecords> _names = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, DnsRecords> All => _names;

    public DnsRecords? Find(string name) => _names.GetValueOrDefault(name.TrimEnd('.'));

    public void Put(string name, DnsRecords records) => _names[name.TrimEnd('.')] = records;

    public bool Remove(string name) => _names.TryRemove(name.TrimEnd('.'), out _);

    public void Clear() => _names.Clear();
}
