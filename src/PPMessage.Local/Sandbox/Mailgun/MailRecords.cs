namespace PPMessage.Local.Sandbox.Mailgun;

internal sealed record MailDomain(string Name)
{
    /// <summary><c>active</c>, <c>unverified</c> or <c>disabled</c>.</summary>
    public string State { get; init; } = "active";

    /// <summary><c>custom</c>, or <c>sandbox</c>, which sends to <see cref="AuthorizedRecipients"/> only.</summary>
    public string Type { get; init; } = "custom";

    public IReadOnlyList<string> AuthorizedRecipients { get; init; } = [];

    public bool IsEu { get; init; }

    /// <summary>What the DNS says of SPF and DKIM.</summary>
    public bool SendingValid { get; init; } = true;

    /// <summary>What the DNS says of MX. A domain may be active without.</summary>
    public bool ReceivingValid { get; init; } = true;

    /// <summary><c>disabled</c>, <c>tag</c> or <c>block</c>.</summary>
    public string SpamAction { get; init; } = "disabled";

    /// <summary>Whether links are rewritten unless the message says otherwise.</summary>
    public bool ClickTracking { get; init; }

    /// <summary>Whether opening is noticed unless the message says otherwise.</summary>
    public bool OpenTracking { get; init; }

    /// <summary>To how many it may send by one call, as Mailgun limits new domains; null: no limit of its own.</summary>
    public int? LargestBatch { get; init; }

    /// <summary>Whether List-Unsubscribe is added unless the message says otherwise.</summary>
    public bool UnsubscribeTracking { get; init; }

    /// <summary>Why it is disabled, when it is.</summary>
    public string DisabledReason { get; init; } = "Too many complaints";

    public string? SendingKey { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <param name="Expression">As Mailgun writes it: <c>match_recipient("…")</c>, <c>match_header("…","…")</c>, <c>catch_all()</c>, joined by <c>and</c>.</param>
/// <param name="Actions"><c>forward("…")</c>, <c>store(notify="…")</c>, <c>stop()</c>.</param>
/// <param name="Priority">The lowest comes first.</param>
internal sealed record SandboxRoute(string Expression, IReadOnlyList<string> Actions, int Priority = 0, string Description = "")
{
    public string Id { get; init; } = Sids.New("")[..24];

    public DateTimeOffset CreatedAt { get; init; }
}

/// <param name="ContentId">When it is part of the HTML (<c>cid:…</c>).</param>
internal sealed record MailFile(string Name, string ContentType, byte[] Content, string? ContentId = null);

/// <summary>What somebody writes, by fields or as it is.</summary>
internal sealed record MailToWrite
{
    public IReadOnlyList<string> To { get; init; } = [];
    public IReadOnlyList<string> Cc { get; init; } = [];

    /// <summary>Who gets it (RCPT TO); default everybody in <see cref="To"/> and <see cref="Cc"/>.</summary>
    public IReadOnlyList<string>? Recipients { get; init; }

    /// <summary>The From header; default the mailbox that writes.</summary>
    public string? From { get; init; }

    public string Subject { get; init; } = "";
    public string? Text { get; init; }
    public string? Html { get; init; }
    public IReadOnlyList<MailFile> Files { get; init; } = [];

    /// <summary>Without angle brackets, as the two that follow; default a new one.</summary>
    public string? MessageId { get; init; }

    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The mail itself, instead of all but <see cref="Recipients"/>.</summary>
    public byte[]? Mime { get; init; }
}

/// <summary>What the API took on.</summary>
/// <param name="Id">Its Message-Id without angle brackets.</param>
/// <param name="Recipients">Everybody, with hidden ones.</param>
internal sealed record SentMail(string Id, string Domain, string From, string To, string Subject, IReadOnlyList<string> Recipients, DateTimeOffset At)
{
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The <c>v:</c> fields.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public bool IsTest { get; init; }

    /// <summary>Whether opening it is noticed.</summary>
    public bool TracksOpens { get; init; }

    /// <summary>Whether its links are rewritten, so that following them is noticed.</summary>
    public bool TracksClicks { get; init; }

    /// <summary>The bare address of <see cref="From"/>.</summary>
    public string Sender => MailRequest.Addresses(From).FirstOrDefault()?.Address ?? From;

    public required byte[] Mime { get; init; }

    public IReadOnlyList<MailFile> Files { get; init; } = [];

    /// <summary>Names it at the storage URL.</summary>
    public string StorageKey { get; init; } = Sids.New("");
}

/// <param name="Json">The <c>event-data</c>.</param>
internal sealed record MailEvent(string Domain, string Name, string Severity, string MessageId, string Recipient, string Json, DateTimeOffset At);

/// <param name="Kind"><c>bounces</c>, <c>unsubscribes</c> or <c>complaints</c>.</param>
internal sealed record MailSuppression(string Domain, string Kind, string Address, DateTimeOffset At, string Code = "550", string Error = "")
{
    public IReadOnlyList<string> Tags { get; init; } = ["*"];
}

/// <summary>One attempt to call the application.</summary>
/// <param name="Kind"><c>inbound</c> or <c>event</c>.</param>
/// <param name="Recipient">Whose mail it is about.</param>
internal sealed record MailCall(string Kind, string Url, string ContentType, byte[] Body, string Recipient, string Token)
{
    public int Attempt { get; init; } = 1;
    public DateTimeOffset At { get; init; }

    /// <summary>Null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    public string Answer { get; init; } = "";

    /// <summary>Why there was no answer.</summary>
    public string? Error { get; init; }

    /// <summary>Whether Mailgun does not try again: 200 is done, 406 is refused for good.</summary>
    public bool IsFinal => StatusCode is StatusCodes.Status200OK or StatusCodes.Status406NotAcceptable;
}

/// <summary>One POST to the application with all its attempts, those that still come included.</summary>
internal sealed class MailPost(string url, string recipient)
{
    private readonly Journal<MailCall> _calls = new();

    public string Url => url;

    public string Recipient => recipient;

    public IReadOnlyList<MailCall> Calls => _calls.All;

    public int Attempts => Calls.Count;

    /// <summary>The last attempt's; null when there was no answer.</summary>
    public int? StatusCode => Calls[^1].StatusCode;

    public byte[] Body => Calls[^1].Body;

    public void Add(MailCall call) => _calls.Add(call);
}
