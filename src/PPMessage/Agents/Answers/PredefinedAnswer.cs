using System.Text.Json.Serialization;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Agents.Answers;

/// <summary>A text that agents need often.</summary>
internal sealed record PredefinedAnswer
{
    public const string IdPrefix = "an_";

    public required string Id { get; init; }

    /// <summary>What an agent types to find it, such as <c>/hours</c>.</summary>
    public required string Shortcut { get; init; }

    public required string Title { get; init; }

    public required string Text { get; init; }

    /// <summary>Whose it is; empty: everybody's.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>BCP 47, such as <c>zh-CN</c>; null: any.</summary>
    public string? Locale { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public int Version { get; init; } = 1;

    public bool Has(string words) =>
        Shortcut.Contains(words, StringComparison.OrdinalIgnoreCase) || Title.Contains(words, StringComparison.OrdinalIgnoreCase) || Text.Contains(words, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is for somebody in these teams.</summary>
    public bool IsFor(IReadOnlyList<string> teams) => Teams.Count == 0 || Teams.Any(teams.Contains);
}

internal sealed record AnswerView(
    string Id, string Shortcut, string Title, string Text, IReadOnlyList<string> Teams, string? Locale, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static AnswerView Of(PredefinedAnswer a) => new(a.Id, a.Shortcut, a.Title, a.Text, a.Teams, a.Locale, a.CreatedAt, a.UpdatedAt);
}

/// <summary>What of a predefined answer the audit log tells before and after.</summary>
internal sealed record AnswerAudit(string Shortcut, string Title, string Text, IReadOnlyList<string> Teams, string? Locale)
{
    public static IReadOnlyDictionary<string, AuditChange> Between(PredefinedAnswer? before, PredefinedAnswer? after) => AuditChanges.Between(Of(before), Of(after), AnswerJson.Default.AnswerAudit);

    private static AnswerAudit? Of(PredefinedAnswer? a) => a is null ? null : new(a.Shortcut, a.Title, a.Text, a.Teams, a.Locale);
}

internal sealed record ShortcutClaim(string AnswerId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(PredefinedAnswer))]
[JsonSerializable(typeof(ShortcutClaim))]
[JsonSerializable(typeof(AnswerView))]
[JsonSerializable(typeof(AnswerAudit))]
[JsonSerializable(typeof(Page<AnswerView>))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    static AnswerJson() => Default = new AnswerJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
