namespace PPMessage.Mailgun.Setup;

/// <summary>Follows what an SPF record points to, as receivers do. Source: RFC 7208, 4.6.4 (ten look-ups), 5.2 (include), 6.1 (redirect).</summary>
internal static class SpfWalk
{
    public const string Mailgun = "mailgun.org";

    private const int MostLookups = 10;

    /// <summary>The SPF records among texts.</summary>
    public static IEnumerable<string> RecordsOf(IEnumerable<string> texts) =>
        texts.Where(text => text.Trim().Equals("v=spf1", StringComparison.OrdinalIgnoreCase) || text.TrimStart().StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase));

    /// <param name="texts">Looks up the texts at a name.</param>
    /// <returns>Whether the records, or one that they point to, allow Mailgun to send; null: not to be known.</returns>
    public static async Task<bool?> AllowsMailgunAsync(IEnumerable<string> records, Func<string, Task<DnsFinding<string>>> texts)
    {
        var (asked, isUnknown) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), false);
        var open = new Queue<string>(records.SelectMany(PointsTo));
        while (open.TryDequeue(out var name))
        {
            if (name.Equals(Mailgun, StringComparison.OrdinalIgnoreCase)) return true;
            if (!asked.Add(name)) continue;
            var found = asked.Count > MostLookups || name.Contains('%', StringComparison.Ordinal) ? DnsFinding<string>.Unknown(null) : await texts(name);
            isUnknown |= found.Trouble is not null;
            foreach (var next in RecordsOf(found.Records).SelectMany(PointsTo)) open.Enqueue(next);
        }

        return isUnknown ? null : false;
    }

    private static IEnumerable<string> PointsTo(string record) => record.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(term => term.TrimStart('+')).Select(term => After(term, "include:") ?? After(term, "redirect=")).OfType<string>();

    private static string? After(string term, string prefix) => term.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? term[prefix.Length..].TrimEnd('.') : null;
}
