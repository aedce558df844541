using System.Globalization;
using Microsoft.AspNetCore.Http;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Audit;

/// <summary>Which lines are asked for; null: all of them.</summary>
/// <param name="Action">An action, or what is before its dot: <c>channel</c> finds <c>channel.created</c> too.</param>
/// <param name="From">Of this instant or later.</param>
/// <param name="To">Of before this instant.</param>
internal sealed record AuditFilter(string? Who, string? Action, string? Subject, DateTimeOffset? From, DateTimeOffset? To)
{
    public static readonly AuditFilter None = new(null, null, null, null, null);

    // Characters of a ULID that are its time.
    private const int TimeDigits = 10;

    public static AuditFilter? Read(HttpContext context, out IResult? problem)
    {
        var errors = new Dictionary<string, string[]>();
        var filter = new AuditFilter(Text("who"), Text("action"), Text("subject"), Time("from"), Time("to"));
        problem = errors.Count == 0 ? null : Problems.Invalid(errors);
        return problem is null ? filter : null;

        string? Text(string name) => context.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

        DateTimeOffset? Time(string name)
        {
            if (Text(name) is not { } text) return null;
            // An unescaped "+" of a query arrives as a blank.
            if (UtcTime.TryParse(text.Replace(' ', '+'), out var at)) return at;
            errors[name] = ["must be a time with its offset, such as 2026-11-22T12:00:00Z"];
            return null;
        }
    }

    public bool IsOfTimeOnly => Who is null && Action is null && Subject is null;

    public bool Fits(AuditLine line) =>
        (Who is null || line.Who == Who) && (Subject is null || line.Subject == Subject)
        && (Action is null || line.Action == Action || line.Action.StartsWith($"{Action}.", StringComparison.Ordinal));

    /// <summary>Whether some of a month's lines may be neither too late nor too early.</summary>
    public bool Reaches(string month) =>
        (To is not { } to || string.CompareOrdinal(month, MonthOf(to)) <= 0) && (From is not { } from || string.CompareOrdinal(month, MonthOf(from)) >= 0);

    /// <summary>The rows of a month, newest first, that are neither too late nor too early. No character of a key is behind '~'.</summary>
    public RowRange Range => new(To is { } to ? $"{TimeKey(to)}~" : string.Empty, From is { } from ? $"{TimeKey(from)}~" : null);

    public static string MonthOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static string TimeKey(DateTimeOffset at) => Ids.Inverse(Ids.NewUlid(at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at)[..TimeDigits]);
}
