using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>What the page says, in one language: <c>words.json</c>.</summary>
internal sealed record PageWords(
    string Ask, string AskMore, string Stop, string Done, string DoneMore, string Resume, string Stopped, string StoppedMore, string Resumed, string ResumedMore, string Lost, string LostMore, string Busy, string BusyMore)
{
    public const string English = "en";

    private const string Simplified = "zh-Hans";
    private const string Traditional = "zh-Hant";

    private static readonly string[] TraditionalMarks = ["hant", "tw", "hk", "mo"];

    private static readonly Lazy<Dictionary<string, PageWords>> All = new(Read);

    public static IEnumerable<string> Languages => All.Value.Keys;

    public static PageWords In(string language) => All.Value[language];

    /// <summary>The first of the wished languages that we speak, else English.</summary>
    /// <param name="wished">BCP 47, most wished first.</param>
    public static string LanguageOf(IEnumerable<string?> wished) => wished.Select(Spoken).FirstOrDefault(language => language is not null) ?? English;

    private static string? Spoken(string? tag)
    {
        if (string.IsNullOrWhiteSpace(tag)) return null;
        var parts = tag.Trim().ToLowerInvariant().Split('-', '_');
        if (parts[0] == "zh") return !parts.Contains("hans") && parts.Any(TraditionalMarks.Contains) ? Traditional : Simplified;
        return All.Value.ContainsKey(parts[0]) ? parts[0] : null;
    }

    private static Dictionary<string, PageWords> Read()
    {
        using var file = typeof(PageWords).Assembly.GetManifestResourceStream($"{typeof(PageWords).Namespace}.words.json")!;
        return JsonSerializer.Deserialize(file, PageWordsJson.Default.DictionaryStringPageWords)!;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Dictionary<string, PageWords>))]
internal sealed partial class PageWordsJson : JsonSerializerContext;
