using System.Text.Json;
using PPMessage.Campaigns.Rules;
using PPMessage.Channels;
using PPMessage.Filters;
using PPMessage.Http;

namespace PPMessage.Campaigns.Settings;

/// <summary>The settings of campaigns as a client writes them, checked: whole ones, in which what is left out is its default.</summary>
internal static class SettingsReading
{
    public const int MostDomains = 200;
    public const int MostLanguages = 20;
    public const int LongestFooter = 500;

    private const int LongestTag = 35;
    private const int LongestDomain = 253;

    private static readonly TimeSpan ShortestAnswer = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromDays(30);

    public static CampaignSettings Read(Fields fields, ChannelKinds kinds)
    {
        var usual = new CampaignSettings();
        return new CampaignSettings
        {
            FrequencyCap = FrequencyCap.Read(fields, "frequencyCap", usual.FrequencyCap),
            QuietHours = fields.Range("quietHours", usual.QuietHours),
            Holidays = fields.Flag("holidays", usual.Holidays),
            AnswerWithin = fields.Duration("answerWithin", usual.AnswerWithin, IsAnswerTime, "must be a duration from PT1H to P30D, in days and hours"),
            RatePerSecond = Merged(usual.RatePerSecond, Rates(fields, "ratePerSecond", kind => Unknown(kinds, kind))),
            DomainRates = fields.Has("domainRates") ? Rates(fields, "domainRates", NoDomain).ToDictionary(rate => rate.Key.ToLowerInvariant(), rate => rate.Value) : usual.DomainRates,
            MailBatch = MailBatch(fields, usual.MailBatch),
            Footers = Merged(usual.Footers, Footers(fields, kinds)),
        };
    }

    private static int MailBatch(Fields fields, int usual)
    {
        if (!fields.Has("mailBatch")) return usual;
        if (fields.Whole("mailBatch", 1, CampaignSettings.HighestMailBatch) is { } given) return given;
        fields.Refuse("mailBatch", $"must be a whole number from 1 to {CampaignSettings.HighestMailBatch}");
        return usual;
    }

    private static Dictionary<string, T> Merged<T>(IReadOnlyDictionary<string, T> usual, Dictionary<string, T> given) =>
        usual.Where(one => !given.ContainsKey(one.Key)).Concat(given).ToDictionary();

    private static Dictionary<string, double> Rates(Fields fields, string name, Func<string, string?> mistakeOf)
    {
        var rates = new Dictionary<string, double>();
        foreach (var (key, value) in Entries(fields, name, MostDomains))
        {
            if (mistakeOf(key) is { } mistake) fields.Refuse($"{name}.{key}", mistake);
            else if (rates.Keys.Contains(key, StringComparer.OrdinalIgnoreCase)) fields.Refuse($"{name}.{key}", "stands there twice");
            else rates[key] = fields.Number($"{name}.{key}", value, CampaignSettings.LowestRate, CampaignSettings.HighestRate) ?? CampaignSettings.UsualRate;
        }

        return rates;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Footers(Fields fields, ChannelKinds kinds)
    {
        var footers = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var (kind, value) in Entries(fields, "footers", MostDomains))
        {
            if (Unknown(kinds, kind) is { } mistake) fields.Refuse($"footers.{kind}", mistake);
            else footers[kind] = Languages(fields, $"footers.{kind}", value);
        }

        return footers;
    }

    private static Dictionary<string, string> Languages(Fields fields, string place, JsonElement value)
    {
        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (language, text) in Entries(fields, place, value, MostLanguages))
        {
            if (!IsLanguage(language)) fields.Refuse($"{place}.{language}", "is no language such as zh or zh-CN");
            else if (JsonText.Of(text)?.Trim() is not { Length: <= LongestFooter } footer || footer.Any(c => char.IsControl(c) && c != '\n')) fields.Refuse($"{place}.{language}", $"must be a text of at most {LongestFooter} characters");
            else texts[language] = footer;
        }

        return texts;
    }

    private static IEnumerable<(string Name, JsonElement Value)> Entries(Fields fields, string name, int most) =>
        fields.Json(name) is { } value ? Entries(fields, name, value, most) : [];

    private static IEnumerable<(string Name, JsonElement Value)> Entries(Fields fields, string place, JsonElement value, int most)
    {
        if (value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() <= most) return value.EnumerateObject().Select(entry => (entry.Name, entry.Value));
        fields.Refuse(place, $"must be an object of at most {most} entries");
        return [];
    }

    private static string? Unknown(ChannelKinds kinds, string kind) =>
        kinds.Reach(kind) is not null ? null : $"is no kind of channel; there are {string.Join(", ", kinds.All.Select(one => one[(one.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct())}";

    private static string? NoDomain(string domain) =>
        domain.Length <= LongestDomain && domain.Contains('.', StringComparison.Ordinal) && domain.Split('.').All(label => label.Length > 0 && label.All(c => char.IsLetterOrDigit(c) || c == '-'))
            ? null
            : "is no domain such as qq.com";

    private static bool IsLanguage(string tag) =>
        tag.Length <= LongestTag && tag.Split('-') is [{ Length: >= 2 and <= 8 } language, .. var rest] && language.All(char.IsAsciiLetter)
        && rest.All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));

    private static bool IsAnswerTime(Period period) =>
        period.Months == 0 && period.Days <= LongestAnswer.Days && TimeSpan.FromDays(period.Days) + period.Time is var time && time >= ShortestAnswer && time <= LongestAnswer;
}
