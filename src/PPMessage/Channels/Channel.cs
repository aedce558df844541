namespace PPMessage.Channels;

/// <summary>A configured way to send and receive: one Twilio number or Messaging Service, one mail address at Mailgun …, as stored.</summary>
internal sealed record Channel
{
    public required string Id { get; init; }

    /// <summary><c>sms</c> or <c>email</c>; later <c>voice</c>, <c>push</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>twilio</c> or <c>mailgun</c>; later <c>fcm</c>.</summary>
    public required string Provider { get; init; }

    public required string Name { get; init; }

    /// <summary>Plain settings by name, e.g. <c>accountSid</c>, <c>phoneNumber</c>.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Secrets by name, wrapped (<c>SecretBox</c>): never shown, never logged.</summary>
    public required IReadOnlyDictionary<string, WrappedSecret> Secrets { get; init; }

    /// <summary>The unguessable part of the callback URLs (160 bits): names the channel before any signature is checked.</summary>
    public required string HookKey { get; init; }

    /// <summary>Hash of what no other live channel may share (<see cref="IChannelKind.Identity"/>); null: nothing is reserved for it.</summary>
    public string? Identity { get; init; }

    public bool InboundEnabled { get; init; }

    /// <summary>Takes delivery callbacks only.</summary>
    public bool Archived { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts changes by clients; the resource's ETag.</summary>
    public int Version { get; init; } = 1;

    public string? Setting(string name) => Settings.GetValueOrDefault(name);
}

/// <param name="Box">The encrypted value.</param>
/// <param name="Hint">Its last four characters; empty when it is too short for that.</param>
internal sealed record WrappedSecret(string Box, string Hint);
