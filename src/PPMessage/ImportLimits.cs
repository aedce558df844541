using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PPMessage;

/// <summary>How much an import of contacts may be, and in what pieces it is done: <c>PPMessage__Imports__LargestBytes</c> and so on.</summary>
internal sealed record ImportLimits
{
    /// <summary>Of the body of one import. Under the Functions host its own limit of 100 MiB comes first.</summary>
    public long LargestBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Rows that are written before the import's row says how far it is: more of them share transactions, and memory holds them all.</summary>
    public int ChunkRows { get; init; } = 10_000;

    /// <summary>A chunk ends with the row that reaches this, however few there are.</summary>
    public long ChunkBytes { get; init; } = 8 * 1024 * 1024;

    /// <exception cref="InvalidOperationException">A number can't be used.</exception>
    public static ImportLimits From(IConfigurationSection section)
    {
        var defaults = new ImportLimits();
        return new ImportLimits
        {
            LargestBytes = Number(section, nameof(LargestBytes), defaults.LargestBytes),
            ChunkRows = (int)Math.Min(Number(section, nameof(ChunkRows), defaults.ChunkRows), 100_000),
            ChunkBytes = Number(section, nameof(ChunkBytes), defaults.ChunkBytes),
        };
    }

    private static long Number(IConfigurationSection section, string name, long fallback)
    {
        if (string.IsNullOrWhiteSpace(section[name])) return fallback;
        return long.TryParse(section[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new InvalidOperationException($"PPMessage__Imports__{name} is not a number above 0: '{section[name]}'.");
    }
}
