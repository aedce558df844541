using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Contacts;
using PPMessage.Filters;
using PPMessage.Http;

namespace PPMessage.Campaigns.Rules;

/// <summary>How many campaign messages a contact gets at most within a time that ends now.</summary>
/// <param name="Max">1 to <see cref="Standing.MostTouches"/>.</param>
/// <param name="Per">ISO 8601, at most 31 days: <c>P7D</c>.</param>
internal sealed record FrequencyCap(int Max, string Per)
{
    public const int LongestDays = 31;

    private const int LongestMonths = 1;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(LongestDays);

    [JsonIgnore]
    public Period Window => Period.Parse(Per)!.Value;

    /// <summary>A field of an object; left out it is <paramref name="current"/>, and null is none.</summary>
    public static FrequencyCap? Read(Fields fields, string name, FrequencyCap? current)
    {
        if (fields.Json(name) is not { } value) return current;
        var cap = fields.Object(name);
        if (value.ValueKind == JsonValueKind.Null) return null;
        var max = cap.Whole("max", 1, Standing.MostTouches);
        if (max is null && cap.Json("max") is null or { ValueKind: JsonValueKind.Null }) cap.Refuse("max", "is required");
        if (!cap.Has("per")) cap.Refuse("per", "is required: a duration such as P7D");
        return new FrequencyCap(max ?? 1, cap.Duration("per", string.Empty, Fits, $"must be a duration such as P7D, at most P{LongestDays}D"));
    }

    public static Shape Shape() => new Shape("FrequencyCap").Json("max", "How many.", $$"""{"type":"integer","minimum":1,"maximum":{{Standing.MostTouches}}}""")
        .Text("per", "A duration such as P7D, at most P31D.").Required("max", "per");

    // None of them is too long for the sum.
    private static bool Fits(Period period) =>
        period != default && period.Months <= LongestMonths && period.Days <= LongestDays && period.Time <= Longest
        && TimeSpan.FromDays((period.Months * LongestDays) + period.Days) + period.Time <= Longest;
}
