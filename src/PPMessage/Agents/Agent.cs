namespace PPMessage.Agents;

/// <summary>A person who reads and answers, as stored.</summary>
internal sealed record Agent
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public required Role Role { get; init; }

    public IReadOnlyList<string> Teams { get; init; } = [];

    public Availability Availability { get; init; } = Availability.Ready;

    /// <summary>SHA-256 of the token in base32; the token itself is shown once and stored nowhere.</summary>
    public required string TokenHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public int Version { get; init; } = 1;
}

internal enum Role
{
    /// <summary>Conversations, contacts, own settings.</summary>
    Agent,

    /// <summary>Everything.</summary>
    Admin,
}

internal enum Availability
{
    Ready,

    /// <summary>On duty with full hands: keeps known senders, gets no new ones by assignment.</summary>
    Busy,

    /// <summary>Gone or off.</summary>
    Away,
}

/// <summary>Who makes a request: the admin key (no agent behind it) or an agent.</summary>
internal sealed record Caller(Role Role, string? AgentId, string Name)
{
    public static readonly Caller AdminKey = new(Role.Admin, null, "Admin");

    /// <summary>Names the caller in audit lines and records of requests: the agent's id, or <c>admin-key</c>.</summary>
    public string Key => AgentId ?? "admin-key";
}
