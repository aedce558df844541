using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Agents;
using PPMessage.Http;

namespace PPMessage.Conversations.Offline;

/// <summary>How agents' replies reach a contact who uses the site or the app and is not there just now.</summary>
internal sealed record OfflineSettings : Setting
{
    /// <summary>Kinds of channels, the best first; empty (the default): the rules change nothing.</summary>
    public IReadOnlyList<string> Prefer { get; init; } = [];

    public OfflineEmail Email { get; init; } = new(OfflineSender.Team, null);

    /// <inheritdoc cref="Channels.Setup.AnswerAddresses"/>
    public IReadOnlyList<string> AnswerAddresses() => Email.Address is { } address ? [address] : [];
}

/// <param name="From">Whose name and address mail bears: the team's, or the agent's own.</param>
/// <param name="Address">The team's; answers always come to it. Null: the e-mail channel's own.</param>
internal sealed record OfflineEmail(OfflineSender From, string? Address);

internal enum OfflineSender
{
    Team,
    Agent,
}

/// <param name="Warnings">What will not work as it stands, for people.</param>
internal sealed record OfflineView(OfflineEmail Email, IReadOnlyList<string> Prefer, IReadOnlyList<string> Warnings);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(Words<OfflineSender>)])]
[JsonSerializable(typeof(OfflineSettings))]
[JsonSerializable(typeof(OfflineView))]
internal sealed partial class OfflineJson : JsonSerializerContext
{
    static OfflineJson() => Default = new OfflineJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
