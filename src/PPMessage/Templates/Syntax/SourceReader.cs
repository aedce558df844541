using System.Text.RegularExpressions;

namespace PPMessage.Templates.Syntax;

internal enum PieceKind
{
    Text,
    Output,
    Tag,
}

/// <param name="Content">Of a text all of it, of the others what stands between the braces.</param>
/// <param name="TrimsBefore">It begins with a hyphen: the white space before it goes.</param>
internal readonly record struct Piece(PieceKind Kind, string Content, int Line, bool TrimsBefore = false, bool TrimsAfter = false);

/// <summary>Cuts a text into what is written as it is, {{ outputs }} and {% tags %}. Texts are handed out unchanged, so that the library trims them.</summary>
internal sealed partial class SourceReader(string text)
{
    private const int MatchTimeoutMilliseconds = 250;

    private int _at;

    private int _countedTo;

    /// <summary>The line, from 1, of what was read last.</summary>
    public int Line { get; private set; } = 1;

    public Piece? Next()
    {
        if (_at == text.Length) return null;
        CountLines();
        var begin = NextOpening(_at);
        if (begin == _at) return Markup();
        var piece = new Piece(PieceKind.Text, text[_at..begin], Line);
        _at = begin;
        return piece;
    }

    /// <summary>What stands up to the tag that ends a raw text or a comment; it is not looked into.</summary>
    public (string Content, bool TrimsBefore, bool TrimsAfter) Until(string tag)
    {
        CountLines();
        var end = (tag == "raw" ? EndRaw : EndComment).Match(text, _at);
        if (!end.Success) throw TemplateMistakeException.At(Line, $"'{tag}' has no 'end{tag}'.");
        var content = text[_at..end.Index];
        _at = end.Index + end.Length;
        return (content, end.Value[2] == '-', end.Value[^3] == '-');
    }

    [GeneratedRegex(@"\{%-?\s*endraw\s*-?%\}", RegexOptions.None, MatchTimeoutMilliseconds)]
    private static partial Regex EndRaw { get; }

    [GeneratedRegex(@"\{%-?\s*endcomment\s*-?%\}", RegexOptions.None, MatchTimeoutMilliseconds)]
    private static partial Regex EndComment { get; }

    private int NextOpening(int from)
    {
        for (var at = text.IndexOf('{', from); at >= 0 && at + 1 < text.Length; at = text.IndexOf('{', at + 1))
            if (text[at + 1] is '{' or '%') return at;
        return text.Length;
    }

    private Piece Markup()
    {
        var kind = text[_at + 1] == '{' ? PieceKind.Output : PieceKind.Tag;
        var end = Closing(_at + 2, kind == PieceKind.Output ? "}}" : "%}");
        var content = text.AsSpan(_at + 2, end - _at - 2);
        var before = content is ['-', ..];
        if (before) content = content[1..];
        var after = content is [.., '-'];
        if (after) content = content[..^1];
        _at = end + 2;
        return new Piece(kind, content.ToString(), Line, before, after);
    }

    private int Closing(int from, string closing)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text.AsSpan(at).StartsWith(closing)) return at;
            if (text[at] is '"' or '\'') at = EndOfString(at);
        }

        throw TemplateMistakeException.At(Line, $"'{text.AsSpan(from - 2, 2)}' is not closed by '{closing}'.");
    }

    private int EndOfString(int quote)
    {
        var end = text.IndexOf(text[quote], quote + 1);
        return end >= 0 ? end : throw TemplateMistakeException.At(Line, $"A text in quotes is not closed by {text[quote]}.");
    }

    private void CountLines()
    {
        Line += text.AsSpan(_countedTo, _at - _countedTo).Count('\n');
        _countedTo = _at;
    }
}
