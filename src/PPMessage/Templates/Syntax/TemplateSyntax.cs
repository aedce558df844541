using System.Buffers;
using System.Text;

namespace PPMessage.Templates.Syntax;

/// <param name="Canonical">The same template, written so that the library reads it in one way only.</param>
internal sealed record ReadTemplate(string Canonical, IReadOnlySet<string> Mentions, IReadOnlyList<TemplateLook> Looks);

/// <summary>
/// Checks a text before the library sees it, which finds many mistakes only when it renders, names no lines, and knows no objects. It is given what was understood
/// here and not the text: two readers who differ would be a hole.
/// </summary>
internal sealed class TemplateSyntax
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

    private readonly StringBuilder _canonical = new();
    private readonly Scope _scope;
    private readonly Blocks _blocks;
    private readonly SourceReader _reader;

    private TemplateSyntax(string text, IReadOnlySet<string> roots)
    {
        (_reader, _scope) = (new SourceReader(text), new Scope(roots));
        _blocks = new Blocks(_scope);
    }

    /// <exception cref="TemplateMistakeException">With the line.</exception>
    public static ReadTemplate Read(string text, IReadOnlySet<string> roots)
    {
        var syntax = new TemplateSyntax(text, roots);
        while (syntax._reader.Next() is { } piece) syntax.Read(piece);
        syntax._blocks.AssertClosed();
        return new ReadTemplate(syntax._canonical.ToString(), syntax._scope.Mentions, [.. syntax._scope.Looks]);
    }

    private void Read(Piece piece)
    {
        if (piece.Kind == PieceKind.Text) _canonical.Append(piece.Content);
        else if (piece.Kind == PieceKind.Output) WriteOutput(piece, piece.Content);
        else ReadTag(piece);
    }

    private void WriteOutput(Piece piece, string markup)
    {
        var expression = new Expressions(markup, piece.Line, _scope);
        var written = expression.Filtered();
        expression.End();
        Write(piece, "{{", written, "}}");
    }

    private void ReadTag(Piece piece)
    {
        var content = piece.Content.AsSpan().Trim();
        if (content is ['#', ..])
        {
            WriteSkipped(piece with { TrimsAfter = false }, "comment", string.Empty, piece with { TrimsBefore = false });
            return;
        }

        var length = content.IndexOfAnyExcept(NameCharacters);
        var (name, markup) = length < 0 ? (content.ToString(), string.Empty) : (content[..length].ToString(), content[length..].ToString());
        if (name == "echo") WriteOutput(piece, markup);
        else if (name is "raw" or "comment") ReadSkipped(piece, name, markup);
        else WriteTag(piece, name, markup);
    }

    private void WriteTag(Piece piece, string name, string markup) =>
        Write(piece, "{%", TagSyntax.Read(name, new Expressions(markup, piece.Line, _scope), _scope, _blocks, piece.Line), "%}");

    private void ReadSkipped(Piece piece, string name, string markup)
    {
        new Expressions(markup, piece.Line, _scope).End();
        var (content, before, after) = _reader.Until(name);
        WriteSkipped(piece, name, name == "raw" ? content : string.Empty, piece with { TrimsBefore = before, TrimsAfter = after });
    }

    // A comment leaves its tags: without them the texts on both sides of it could make braces together.
    private void WriteSkipped(Piece begin, string name, string content, Piece end)
    {
        Write(begin, "{%", name, "%}");
        _canonical.Append(content);
        Write(end, "{%", "end" + name, "%}");
    }

    private void Write(Piece piece, string open, string written, string close) =>
        _canonical.Append(open).Append(piece.TrimsBefore ? "- " : " ").Append(written).Append(piece.TrimsAfter ? " -" : " ").Append(close);
}
