using System.Globalization;

namespace PPMessage.Templates.Syntax;

internal enum TokenKind
{
    Name,
    Number,
    Text,
    Sign,
    End,
}

/// <param name="Text">As it is written, a text with its quotes; empty at the end.</param>
internal readonly record struct Token(TokenKind Kind, string Text)
{
    public bool Is(string sign) => Kind is TokenKind.Sign or TokenKind.Name && Text == sign;
}

/// <summary>Cuts what stands within braces into words and signs. All that it lets pass means to the library what it means here.</summary>
internal static class Lexer
{
    /// <summary>More digits are refused, so that a number always is one.</summary>
    private const int MostDigits = 15;

    private static readonly string[] Signs = ["..", "==", "!=", "<>", "<=", ">=", "<", ">", "=", "|", ":", ",", ".", "[", "]", "(", ")"];

    public static List<Token> Read(string markup, int line)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < markup.Length;)
        {
            if (char.IsWhiteSpace(markup[at]))
            {
                at++;
                continue;
            }

            var token = At(markup, at, line);
            tokens.Add(token);
            at += token.Text.Length;
        }

        tokens.Add(new Token(TokenKind.End, string.Empty));
        return tokens;
    }

    private static Token At(string markup, int at, int line)
    {
        var first = markup[at];
        if (first is '"' or '\'') return Quoted(markup, at, line);
        if (char.IsAsciiDigit(first) || (first == '-' && at + 1 < markup.Length && char.IsAsciiDigit(markup[at + 1]))) return Number(markup, at, line);
        if (first == '_' || char.IsLetter(first)) return new Token(TokenKind.Name, markup[at..EndOfName(markup, at)]);
        foreach (var sign in Signs)
            if (string.CompareOrdinal(markup, at, sign, 0, sign.Length) == 0) return new Token(TokenKind.Sign, sign);
        var character = StringInfo.GetNextTextElement(markup, at);
        throw TemplateMistakeException.At(line, $"'{character}' has no meaning here; a name with such a character is written in brackets and quotes.");
    }

    // The library's strings end with their line, and whoever breaks one mostly forgot a quote.
    private static Token Quoted(string markup, int at, int line)
    {
        var end = markup.IndexOf(markup[at], at + 1);
        if (end < 0 || markup.AsSpan(at, end - at).Contains('\n')) throw TemplateMistakeException.At(line, $"A text in quotes is not closed by {markup[at]} on its line.");
        return new Token(TokenKind.Text, markup[at..(end + 1)]);
    }

    private static Token Number(string markup, int at, int line)
    {
        var end = Digits(markup, at + 1);
        if (end + 1 < markup.Length && markup[end] == '.' && char.IsAsciiDigit(markup[end + 1])) end = Digits(markup, end + 1);
        if (end - at > MostDigits) throw TemplateMistakeException.At(line, $"A number has more than {MostDigits} digits.");
        return new Token(TokenKind.Number, markup[at..end]);
    }

    private static int Digits(string markup, int at)
    {
        while (at < markup.Length && char.IsAsciiDigit(markup[at])) at++;
        return at;
    }

    private static int EndOfName(string markup, int at)
    {
        while (at < markup.Length && (markup[at] is '_' or '-' || char.IsLetterOrDigit(markup[at]))) at++;
        return at;
    }
}
