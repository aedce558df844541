using System.Buffers;
using System.Globalization;

namespace PPMessage.Mail;

/// <summary>A stranger's file names, made safe on every system and unambiguous to the eye.</summary>
internal static class FileNames
{
    /// <summary>Characters; fits file systems that count 255 bytes only for Latin text, but all that we store by other names anyhow.</summary>
    public const int Longest = 150;

    private const int LongestExtension = 12;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"/\\|?*");

    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(n => (string[])[$"COM{n}", $"LPT{n}"])],
        StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> Extensions = new(StringComparer.Ordinal)
    {
        ["image/png"] = "png",
        ["image/jpeg"] = "jpg",
        ["image/gif"] = "gif",
        ["image/webp"] = "webp",
        ["image/heic"] = "heic",
        ["application/pdf"] = "pdf",
        ["application/zip"] = "zip",
        ["text/plain"] = "txt",
        ["text/html"] = "html",
        ["text/csv"] = "csv",
        ["text/calendar"] = "ics",
        ["text/vcard"] = "vcf",
        ["text/x-vcard"] = "vcf",
        ["text/rtf"] = "rtf",
        ["audio/mpeg"] = "mp3",
        ["audio/amr"] = "amr",
        ["audio/wav"] = "wav",
        ["video/mp4"] = "mp4",
        ["message/rfc822"] = "eml",
        ["application/pgp-signature"] = "asc",
        ["application/pkcs7-signature"] = "p7s",
        ["application/x-pkcs7-signature"] = "p7s",
        ["application/pkcs7-mime"] = "p7m",
        ["application/x-pkcs7-mime"] = "p7m",
    };

    /// <summary>Null when nothing of the name is usable.</summary>
    public static string? Safe(string? name)
    {
        if (name is null) return null;
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = string.Concat(PlainText.Line(last).Where(IsHarmless).Select(c => Forbidden.Contains(c) ? '_' : c)).Trim(' ', '.', '\u3000', '\u00A0');
        if (safe.Length == 0 || safe.All(c => c == '_')) return null;
        if (Reserved.Contains(safe.Split('.')[0].TrimEnd())) safe = "_" + safe;
        return Shorten(safe, Longest);
    }

    /// <summary>For a file without a name: <c>attachment-1.pdf</c>.</summary>
    public static string Made(int number, string contentType) => $"attachment-{number}.{Extensions.GetValueOrDefault(contentType, "bin")}";

    /// <summary>The name, or the name with a number where the mail has it already; systems that fold case must not confuse them.</summary>
    public static string Unique(string name, HashSet<string> taken)
    {
        if (taken.Add(name)) return name;
        for (var n = 2; ; n++)
        {
            var (stem, extension) = Split(name);
            var mark = $" ({n})";
            var numbered = PlainText.Cut(stem, Longest - extension.Length - mark.Length) + mark + extension;
            if (taken.Add(numbered)) return numbered;
        }
    }

    private static string Shorten(string name, int most)
    {
        if (name.Length <= most) return name;
        var (stem, extension) = Split(name);
        return PlainText.Cut(stem, most - extension.Length).TrimEnd(' ', '.') + extension;
    }

    private static (string Stem, string Extension) Split(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 1 || name.Length - dot > LongestExtension ? (name, string.Empty) : (name[..dot], name[dot..]);
    }

    /// <summary>Not the invisible ones: bidirectional overrides make <c>gpj.exe</c> of a picture's name, joiners make two names look alike.</summary>
    private static bool IsHarmless(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && c != '\uFFFD';
}
