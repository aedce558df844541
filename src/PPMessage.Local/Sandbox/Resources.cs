namespace PPMessage.Local.Sandbox;

/// <summary>An account with its credentials, all of them made up.</summary>
internal sealed record SandboxAccount
{
    public required string Sid { get; init; }

    /// <summary>The primary one, which signs.</summary>
    public required string AuthToken { get; init; }

    /// <summary>Opens the API as the primary one does and signs nothing; null: none was made.</summary>
    public string? SecondaryAuthToken { get; init; }

    /// <summary>A Standard API key: reaches everything but the account itself. A Restricted one when <see cref="ApiKeyMay"/> is set.</summary>
    public string? ApiKeySid { get; init; }

    public string? ApiKeySecret { get; init; }

    /// <summary>What a Restricted key may, in words of the sandbox's own (<see cref="KeyPermissions"/>); null: the key is a Standard one.</summary>
    public IReadOnlyList<string>? ApiKeyMay { get; init; }

    /// <summary>Its credentials are Twilio's test credentials: they send and buy for show, and reach nothing else.</summary>
    public bool IsTest { get; init; }

    public string FriendlyName { get; init; } = "Sandbox account";

    /// <summary><c>Full</c> or <c>Trial</c>; a trial account sends to <see cref="VerifiedNumbers"/> only.</summary>
    public string Type { get; init; } = "Full";

    /// <summary><c>active</c>, <c>suspended</c> or <c>closed</c>.</summary>
    public string Status { get; init; } = "active";

    /// <summary>The parent of a subaccount, whose credentials open the subaccount too.</summary>
    public string? OwnerSid { get; init; }

    public IReadOnlyList<string> VerifiedNumbers { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A number (or short code) of an account, with the URLs that are called when it is written to.</summary>
internal sealed record SandboxNumber
{
    public required string Sid { get; init; }

    public required string AccountSid { get; init; }

    public required string PhoneNumber { get; init; }

    public string FriendlyName { get; init; } = "";

    public string SmsUrl { get; init; } = "";

    public string SmsMethod { get; init; } = "POST";

    public string SmsFallbackUrl { get; init; } = "";

    public string SmsFallbackMethod { get; init; } = "POST";

    /// <summary>When set, the SMS URLs of the number are ignored.</summary>
    public string SmsApplicationSid { get; init; } = "";

    public string VoiceUrl { get; init; } = "";

    public string VoiceMethod { get; init; } = "POST";

    public string VoiceFallbackUrl { get; init; } = "";

    public string VoiceFallbackMethod { get; init; } = "POST";

    public string VoiceApplicationSid { get; init; } = "";

    public string? TrunkSid { get; init; }

    public string StatusCallback { get; init; } = "";

    public string StatusCallbackMethod { get; init; } = "POST";

    public bool VoiceCallerIdLookup { get; init; }

    public bool Sms { get; init; } = true;

    public bool Mms { get; init; } = true;

    public bool Voice { get; init; } = true;

    /// <summary>The pool it belongs to; then STOP counts for the whole pool, callbacks name it, and the <see cref="SandboxService"/>, if there is one, says whom texts are told.</summary>
    public string? MessagingServiceSid { get; init; }

    /// <summary>Adds <c>OptOutType</c> to inbound callbacks; on Twilio a feature of Messaging Services.</summary>
    public bool AdvancedOptOut { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whom a contact opts out of: the pool, or this number alone.</summary>
    public string Sender => MessagingServiceSid ?? PhoneNumber;
}

/// <summary>A Messaging Service, which calls in its numbers' stead unless it defers to them.</summary>
internal sealed record SandboxService
{
    public required string Sid { get; init; }

    public required string AccountSid { get; init; }

    public string FriendlyName { get; init; } = "Sandbox service";

    /// <summary>Null: texts to its numbers are dropped, and not even listed.</summary>
    public string? InboundRequestUrl { get; init; }

    public string InboundMethod { get; init; } = "POST";

    public string? FallbackUrl { get; init; }

    public string FallbackMethod { get; init; } = "POST";

    public bool UseInboundWebhookOnNumber { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A message of either direction.</summary>
internal sealed record SandboxMessage
{
    public required string Sid { get; init; }

    public required string AccountSid { get; init; }

    /// <summary>Null until a Messaging Service has picked the number.</summary>
    public string? From { get; init; }

    public required string To { get; init; }

    public required string Body { get; init; }

    /// <summary><c>inbound</c>, <c>outbound-api</c> or <c>outbound-reply</c> (TwiML).</summary>
    public required string Direction { get; init; }

    public required string Status { get; init; }

    public int Segments { get; init; }

    public IReadOnlyList<SandboxMedia> Media { get; init; } = [];

    public int? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public string? MessagingServiceSid { get; init; }

    public string? StatusCallback { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Among all messages, in the order in which they were taken on.</summary>
    public int Place { get; init; }

    /// <summary>Deleted messages keep their place, so that a page token that names one still works.</summary>
    public bool Deleted { get; init; }
}

/// <param name="Content">The file itself; the sandbox keeps it in memory.</param>
internal sealed record SandboxMedia(string Sid, string ContentType, byte[] Content, DateTimeOffset CreatedAt);

/// <summary>A file that a phone attaches to a text.</summary>
internal sealed record PhoneMedia(string ContentType, byte[] Content);

/// <summary>What a phone has got.</summary>
/// <param name="Sid">Null for an automatic answer of Twilio's own, which no resource shows.</param>
/// <param name="Automatic">Twilio's own answer to STOP, START or HELP.</param>
internal sealed record ReceivedText(string? Sid, string From, string Text, string Status, bool Automatic, IReadOnlyList<string> MediaTypes, DateTimeOffset At);

/// <summary>One attempt to call the application.</summary>
/// <param name="Kind"><c>inbound</c>, <c>fallback</c> or <c>status</c>.</param>
/// <param name="Url">As requested: no fragment, with the fields when the method is GET.</param>
/// <param name="StatusCode">Null when there was no answer.</param>
/// <param name="Error">Twilio's code (11200 …) when the attempt failed.</param>
internal sealed record CallbackRecord(
    string Kind,
    string Method,
    string Url,
    IReadOnlyList<KeyValuePair<string, string>> Fields,
    string Signature,
    int Attempt,
    DateTimeOffset At,
    int? StatusCode,
    string? ContentType,
    string Answer,
    int? Error)
{
    /// <summary>The value of a field; null when it is not there.</summary>
    public string? Field(string name)
    {
        foreach (var (key, value) in Fields)
            if (key == name) return value;
        return null;
    }
}

/// <summary>One request to the API.</summary>
/// <param name="Path">With the query.</param>
/// <param name="Status">Null when the connection was cut instead.</param>
internal sealed record ApiRequest(string Method, string Path, int? Status, DateTimeOffset At);
