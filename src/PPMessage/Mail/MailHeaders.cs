using MimeKit;
using MimeKit.Utils;

namespace PPMessage.Mail;

/// <summary>Headers as text, whatever bytes they are made of: encoded words, raw UTF-8, raw GBK.</summary>
internal static class MailHeaders
{
    private const int MostAddresses = 200;

    /// <summary>Characters of a subject or another text for people.</summary>
    private const int LongestText = 1000;

    /// <summary>The decoded value on one line; null when there is no such header, or nothing in it.</summary>
    public static string? Text(HeaderList headers, string field) => headers.FirstOrDefault(h => Is(h, field)) is { } header ? Text(header) : null;

    public static string? Text(Header header, int most = LongestText)
    {
        var raw = Raw(header);
        return NullIfEmpty(PlainText.Line(Rfc2047.DecodeText(Options(raw), raw), most));
    }

    /// <summary>Every such header, at its whole length.</summary>
    public static IEnumerable<string> All(HeaderList headers, string field) => headers.Where(h => Is(h, field)).Select(h => Text(h, int.MaxValue)).OfType<string>();

    public static IReadOnlyList<MailAddress> Addresses(HeaderList headers, string field) =>
        [.. headers.Where(h => Is(h, field)).SelectMany(OfHeader).Take(MostAddresses)];

    public static DateTimeOffset? Date(HeaderList headers) =>
        headers.FirstOrDefault(h => Is(h, "Date")) is { } header && DateUtils.TryParse(header.RawValue, out var date) ? date : null;

    public static string? FileName(MimeEntity entity) => NullIfEmpty(PlainText.Line(Disposition(entity)?.FileName ?? Type(entity)?.Name ?? string.Empty));

    public static bool Is(Header header, string field) => string.Equals(header.Field, field, StringComparison.OrdinalIgnoreCase);

    private static ContentDisposition? Disposition(MimeEntity entity) =>
        Reread(entity, "Content-Disposition") is { } raw && ContentDisposition.TryParse(Options(raw), raw, out var found) ? found : null;

    private static ContentType? Type(MimeEntity entity) =>
        Reread(entity, "Content-Type") is { } raw && ContentType.TryParse(Options(raw), raw, out var found) ? found : null;

    private static byte[]? Reread(MimeEntity entity, string field) => entity.Headers.FirstOrDefault(h => Is(h, field)) is { } header ? Raw(header) : null;

    private static IEnumerable<MailAddress> OfHeader(Header header)
    {
        var raw = Raw(header);
        return InternetAddressList.TryParse(Options(raw), raw, out var list) ? list.Mailboxes.Select(Usable).OfType<MailAddress>() : [];
    }

    private static MailAddress? Usable(MailboxAddress mailbox)
    {
        var address = PlainText.Line(mailbox.Address ?? string.Empty);
        var at = address.LastIndexOf('@');
        if (at < 1 || at == address.Length - 1 || address.Contains(' ', StringComparison.Ordinal)) return null;
        var name = PlainText.Line(mailbox.Name ?? string.Empty, 200);
        return new(NullIfEmpty(name), address);
    }

    private static byte[] Raw(Header header) => ChineseWords.ToUtf8(header.RawValue ?? []);

    private static ParserOptions Options(byte[] raw)
    {
        var options = ParserOptions.Default.Clone();
        options.CharsetEncoding = Charsets.Guess(raw);
        return options;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
