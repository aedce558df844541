using System.Globalization;
using System.Text.Json.Serialization;

namespace PPMessage.Campaigns.Schedules;

/// <summary>One time at which a campaign is due.</summary>
/// <param name="Local">As its schedule names it, be it skipped by the clock.</param>
/// <param name="Zone">IANA name, or <see cref="OfContacts"/>.</param>
/// <param name="At">When it begins, in UTC.</param>
internal sealed record Due(DateTime Local, string Zone, DateTimeOffset At)
{
    /// <summary>In place of a zone: every contact's own.</summary>
    public const string OfContacts = "local";

    /// <summary>The same time comes twice and is due both times.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>
    /// Which one it is, whoever computes it and when: <c>2026-11-01T10:00|Asia/Shanghai</c>; with its offset where a time is due twice (<c>2026-11-01T01:00-04:00|…</c>).
    /// No row key as it stands: zones have slashes.
    /// </summary>
    [JsonIgnore]
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Local:yyyy-MM-dd'T'HH:mm}{Offset}|{Zone}");

    private string Offset => IsRepeated ? new DateTimeOffset(Local, Local - At.UtcDateTime).ToString("zzz", CultureInfo.InvariantCulture) : string.Empty;
}
