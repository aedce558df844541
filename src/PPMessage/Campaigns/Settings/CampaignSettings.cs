using System.Text.Json.Serialization;
using PPMessage.Agents;
using PPMessage.Agents.Hours;
using PPMessage.Campaigns.Rules;
using PPMessage.Filters;
using PPMessage.Http;

namespace PPMessage.Campaigns.Settings;

/// <summary>What holds for all campaigns of the workspace. Frequent disturbance drives customers off, so never set it is careful.</summary>
internal sealed record CampaignSettings : Setting
{
    public const double LowestRate = 0.01;
    public const double HighestRate = 10_000;

    /// <summary>Of kinds that no rate is set for, and that have no default of their own.</summary>
    public const double UsualRate = 1;

    /// <summary>Of a call; a new sender domain may have no more than 100, whatever is set here.</summary>
    public const int HighestMailBatch = 1000;

    private const string FallBackLanguage = "en";

    /// <summary>Over all campaigns. Default: 3 within 7 days; null: none.</summary>
    public FrequencyCap? FrequencyCap { get; init; } = new(3, "P7D");

    /// <summary>Of campaigns that say nothing of it. Default: 21:00 to 09:00; null: none.</summary>
    [JsonConverter(typeof(ClockRangeJson))]
    public ClockRange? QuietHours { get; init; } = new(21 * 60, 9 * 60);

    /// <summary>Whether campaigns that say nothing of it keep holidays. Default: no.</summary>
    public bool Holidays { get; init; }

    /// <summary>A contact's message within this time after a campaign's is an answer to it. ISO 8601, 1 hour to 30 days; default: 7 days.</summary>
    public string AnswerWithin { get; init; } = "P7D";

    /// <summary>What one channel bears, by its kind. A kind that is left out has its default: 10 for <c>sms</c>, 50 for <c>email</c>, 1 for others.</summary>
    public IReadOnlyDictionary<string, double> RatePerSecond { get; init; } = Defaults.Rates;

    /// <summary>What the mail hosts of recipients' domains bear, in lower case. Default: 5 for those that block whoever sends faster.</summary>
    public IReadOnlyDictionary<string, double> DomainRates { get; init; } = Defaults.DomainRates;

    /// <summary>Recipients in one call to the mail provider, at most. Default: 50.</summary>
    public int MailBatch { get; init; } = 50;

    /// <summary>By kind of channel and language: the text below each campaign message; empty: none. A kind that is left out has its default.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Footers { get; init; } = Defaults.Footers;

    /// <summary>For campaigns that say nothing of it.</summary>
    [JsonIgnore]
    public SendingTimes SendingTimes => new() { QuietHours = QuietHours, Holidays = Holidays };

    [JsonIgnore]
    public TimeSpan AnswerTime => Period.Parse(AnswerWithin)!.Value is var period ? TimeSpan.FromDays(period.Days) + period.Time : default;

    public double RateOf(string kind) => RatePerSecond.TryGetValue(kind, out var rate) ? rate : Defaults.Rates.GetValueOrDefault(kind, UsualRate);

    /// <summary>Null: only the channel's own rate counts.</summary>
    public double? RateOfDomain(string domain) => DomainRates.TryGetValue(domain.ToLowerInvariant(), out var rate) ? rate : null;

    /// <summary>In the contact's language, be it that of another country, or else in English; null: none.</summary>
    /// <param name="locale">BCP 47.</param>
    public string? FooterOf(string kind, string? locale)
    {
        if (Footers.GetValueOrDefault(kind) is not { } footers) return null;
        foreach (var language in new[] { locale, locale?.Split('-')[0], FallBackLanguage }.OfType<string>())
            if (footers.FirstOrDefault(footer => footer.Key.Equals(language, StringComparison.OrdinalIgnoreCase)) is { Key: not null } found) return found.Value.Length > 0 ? found.Value : null;
        return null;
    }
}

/// <summary>As shown.</summary>
/// <inheritdoc cref="CampaignSettings"/>
internal sealed record CampaignSettingsView(
    FrequencyCap? FrequencyCap,
    [property: JsonConverter(typeof(ClockRangeJson)), Schema("""{"type":["object","null"],"properties":{"from":{"type":"string"},"to":{"type":"string"}},"required":["from","to"]}""")]
    ClockRange? QuietHours,
    bool Holidays, string AnswerWithin, IReadOnlyDictionary<string, double> RatePerSecond, IReadOnlyDictionary<string, double> DomainRates, int MailBatch,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Footers)
{
    public static CampaignSettingsView Of(CampaignSettings settings) => new(
        settings.FrequencyCap, settings.QuietHours, settings.Holidays, settings.AnswerWithin, settings.RatePerSecond, settings.DomainRates, settings.MailBatch, settings.Footers);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(CampaignSettings))]
[JsonSerializable(typeof(CampaignSettingsView))]
internal sealed partial class CampaignSettingsJson : JsonSerializerContext
{
    static CampaignSettingsJson() => Default = new CampaignSettingsJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
