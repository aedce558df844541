namespace PPMessage.Mail;

/// <summary>Signatures behind "-- ", and advertisements at the end of what a person wrote.</summary>
internal static class SignatureForms
{
    /// <summary>A plain "--" may also divide a text: longer than this it is none of a signature.</summary>
    private const int MostLines = 12;

    public static void Mark(string[] lines, LineKind[] kinds, int before)
    {
        for (var end = before; end > 0;)
        {
            var start = end;
            while (start > 0 && kinds[start - 1] == LineKind.Own) start--;
            if (start < end) MarkIn(lines, kinds, start, end);
            end = start;
            while (end > 0 && kinds[end - 1] != LineKind.Own) end--;
        }
    }

    /// <summary>In a stretch of the person's own lines.</summary>
    private static void MarkIn(string[] lines, LineKind[] kinds, int start, int end)
    {
        var last = end;
        for (var i = start; i < end; i++)
        {
            if (!IsDelimiter(lines, i, end) || Written(lines, start, i) == 0) continue;
            kinds.AsSpan(i, end - i).Fill(LineKind.Signature);
            last = i;
            break;
        }

        for (var i = last - 1; i >= start && (string.IsNullOrWhiteSpace(lines[i]) || Advertisements.Is(lines[i])); i--) kinds[i] = LineKind.Signature;
    }

    private static bool IsDelimiter(string[] lines, int i, int end) => lines[i] is "-- " || (lines[i] is "--" or "--\u00A0" && Written(lines, i + 1, end) <= MostLines);

    private static int Written(string[] lines, int from, int to)
    {
        var written = 0;
        for (var i = from; i < to && written <= MostLines; i++)
            if (!string.IsNullOrWhiteSpace(lines[i])) written++;
        return written;
    }
}
