using System.Text;

namespace PPMessage;

/// <summary>What encodings are called by mailers and spreadsheets, beyond the names that .NET knows. Pure.</summary>
internal static class CharsetNames
{
    /// <summary>The encoding of that name; null for a name of none that is read here. It replaces what it can't read: whoever wants it strict clones it.</summary>
    /// <param name="label">In any case, in quotes or not.</param>
    public static Encoding? Find(string? label)
    {
        if (label?.Trim(' ', '"', '\'').ToLowerInvariant() is not { Length: > 0 } name) return null;
        try
        {
            return Encoding.GetEncoding(NameOf(name));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // GB 18030 holds all of GBK and GB 2312, and what is called by these names often goes beyond them.
    private static string NameOf(string name) => name switch
    {
        "gb2312" or "gbk" or "gb18030" or "gb_2312-80" or "x-gbk" or "cp936" or "windows-936" or "ms936" or "gb2312_charset" or "euc-cn" or "936" => "gb18030",
        "utf8" or "utf-8mb4" or "utf8mb4" or "unicode-1-1-utf-8" => "utf-8",
        "big5-hkscs" or "cp950" or "x-big5" => "big5",
        "latin1" or "cp1252" or "iso8859-1" or "8859-1" => "windows-1252",
        _ when name.StartsWith("cp125", StringComparison.Ordinal) => $"windows-{name[2..]}",
        _ => name,
    };
}
