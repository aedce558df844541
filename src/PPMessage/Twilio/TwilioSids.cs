namespace PPMessage.Twilio;

internal static class TwilioSids
{
    private const int Digits = 32;

    /// <summary>Two letters that name the resource and 32 hexadecimal digits, of either case (OpenAPI description of version 2010-04-01).</summary>
    public static bool Is(string prefix, ReadOnlySpan<char> text) =>
        text.Length == prefix.Length + Digits && text.StartsWith(prefix, StringComparison.Ordinal) && text[prefix.Length..].IndexOfAnyExcept(Hex) < 0;

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}
