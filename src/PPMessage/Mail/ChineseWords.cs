using System.Text;
using System.Text.RegularExpressions;

namespace PPMessage.Mail;

/// <summary>Rewrites encoded words (RFC 2047) that call themselves GB2312, GBK or GB18030 as UTF-8 ones, read as GB18030, which holds them all.</summary>
/// <remarks>MimeKit follows the label, and loses the characters beyond it. Adjacent words are read as one: some mailers cut them inside a character.</remarks>
internal static class ChineseWords
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private const string Word = @"=\?(gb2312|gbk|gb18030|gb_2312-80|x-gbk|cp936)(\*[^?]*)?\?(?<how>[bq])\?(?<what>[^?]*)\?=";

    private static readonly Regex Words = new($@"{Word}(\s*{Word})*", Options);

    private static readonly Regex One = new(Word, Options);

    public static byte[] ToUtf8(byte[] raw)
    {
        if (raw.AsSpan().IndexOf("=?"u8) < 0) return raw;
        return Encoding.Latin1.GetBytes(Words.Replace(Encoding.Latin1.GetString(raw), run => Rewritten(run.Value)));
    }

    private static string Rewritten(string run)
    {
        byte[] bytes = [.. One.Matches(run).SelectMany(word => Payload(word.Groups["how"].Value, word.Groups["what"].Value))];
        return $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Charsets.Decode(bytes, "gb18030")))}?=";
    }

    private static byte[] Payload(string how, string what)
    {
        var encoded = Encoding.Latin1.GetBytes(what);
        MimeKit.Encodings.IMimeDecoder decoder = how is "b" or "B" ? new MimeKit.Encodings.Base64Decoder() : new MimeKit.Encodings.QuotedPrintableDecoder(rfc2047: true);
        var decoded = new byte[decoder.EstimateOutputLength(encoded.Length)];
        return decoded[..decoder.Decode(encoded, 0, encoded.Length, decoded)];
    }
}
