using System.Text;

namespace PPMessage.Mail;

/// <summary>What the person wrote, without what the mail program added: quotation, attribution, signature.</summary>
/// <remarks>
/// Lines are only dropped where a form is certain; in doubt they stay, as a reader skips a line more easily than they miss one.
/// Linear in the text's length.
/// </remarks>
internal static class VisibleText
{
    /// <summary>Characters looked at; what is behind them is left out, and an ellipsis says so.</summary>
    public const int Most = 1_000_000;

    public static string Of(string fullText)
    {
        var whole = fullText.Length > Most ? PlainText.Cut(fullText, Most) + "\n…" : fullText;
        var lines = whole.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var kinds = new LineKind[lines.Length];
        var forwarded = Array.FindIndex(lines, Separators.IsForward);
        MarkQuotations(lines, kinds, forwarded < 0 ? lines.Length : forwarded);
        SignatureForms.Mark(lines, kinds, forwarded < 0 ? lines.Length : forwarded);
        var visible = Join(lines, kinds);
        return visible.Length > 0 ? visible : whole.Trim();
    }

    /// <summary>What is forwarded, behind <paramref name="before"/>, is what the person wants us to read, with its own quotations.</summary>
    private static void MarkQuotations(string[] lines, LineKind[] kinds, int before)
    {
        for (var i = 0; i < before; i++)
            if (IsQuoted(lines[i])) kinds[i] = LineKind.Quoted;
        for (var i = 0; i < before;)
        {
            if (kinds[i] == LineKind.Quoted || Quotation.At(lines, i) is not { } head)
            {
                i++;
                continue;
            }

            i = Mark(kinds, lines, head);
        }
    }

    /// <summary>Where the quoted lines are marked as such only the head goes, and the lines between and below stay; else all that follows is quoted.</summary>
    private static int Mark(LineKind[] kinds, string[] lines, Quotation head)
    {
        var next = head.End;
        while (next < lines.Length && string.IsNullOrWhiteSpace(lines[next])) next++;
        var marked = next < lines.Length && kinds[next] == LineKind.Quoted;
        if (!marked && !head.IsCertain) return head.Start + 1;
        var end = marked ? head.End : lines.Length;
        kinds.AsSpan(head.Start, end - head.Start).Fill(LineKind.Quoted);
        return end;
    }

    private static bool IsQuoted(string line) => line.AsSpan().TrimStart() is ['>' or '＞', ..];

    /// <summary>Where something was left out one empty line at most remains of those around it.</summary>
    private static string Join(string[] lines, LineKind[] kinds)
    {
        var text = new StringBuilder();
        var (blank, left) = (0, false);
        for (var i = 0; i < lines.Length; i++)
        {
            if (kinds[i] != LineKind.Own) left = true;
            else if (string.IsNullOrWhiteSpace(lines[i])) blank++;
            else
            {
                if (text.Length > 0) text.Append('\n', 1 + (left ? 1 : blank));
                text.Append(lines[i].TrimEnd());
                (blank, left) = (0, false);
            }
        }

        return text.ToString();
    }
}

internal enum LineKind
{
    Own,
    Quoted,
    Signature,
}
