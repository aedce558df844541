using System.Text;

namespace PPMessage.Mail;

/// <summary>Joins the lines of <c>format=flowed</c> (RFC 3676) again.</summary>
internal static class FlowedText
{
    private const string SignatureDelimiter = "-- ";

    /// <param name="deleteSpace">The parameter <c>DelSp</c>: the space that marks a soft line break is none of the text. Chinese and Japanese text is sent so.</param>
    public static string Join(string text, bool deleteSpace)
    {
        var joined = new StringBuilder(text.Length);
        var open = -1;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var (depth, line) = Unquote(text.AsSpan(range).TrimEnd('\r'));
            if (open != depth) Begin(joined, depth);
            var soft = line.EndsWith(' ') && line is not SignatureDelimiter;
            joined.Append(soft && deleteSpace ? line[..^1] : line);
            open = soft ? depth : -1;
        }

        return joined.Length > 0 && joined[0] == '\n' ? joined.ToString(1, joined.Length - 1) : joined.ToString();
    }

    private static void Begin(StringBuilder joined, int depth)
    {
        joined.Append('\n');
        if (depth > 0) joined.Append('>', depth).Append(' ');
    }

    /// <summary>How deep the line is quoted, and what stands in it without marks and the space that was stuffed in.</summary>
    private static (int Depth, string Line) Unquote(ReadOnlySpan<char> line)
    {
        var rest = line.TrimStart('>');
        return (line.Length - rest.Length, (rest.StartsWith(' ') ? rest[1..] : rest).ToString());
    }
}
