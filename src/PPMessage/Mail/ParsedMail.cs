namespace PPMessage.Mail;

/// <summary>What a mail says. Everything in it was written by a stranger, headers and verdicts included.</summary>
internal sealed record ParsedMail
{
    /// <summary>Without angle brackets; null when it is missing or unreadable.</summary>
    public string? MessageId { get; init; }

    /// <summary>Oldest first, without angle brackets; those of In-Reply-To stand at the end. Of more than 50 the first and the last 49 are kept.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The first mailbox of From, else Sender. Anybody can write anything there: show the verdicts beside it, authorise nothing by it.</summary>
    public MailAddress? From { get; init; }

    public MailAddress? ReplyTo { get; init; }

    public IReadOnlyList<MailAddress> To { get; init; } = [];

    public IReadOnlyList<MailAddress> Cc { get; init; } = [];

    public string? Subject { get; init; }

    public DateTimeOffset? Date { get; init; }

    /// <summary>What the person wrote: without quotation and signature; the whole text where stripping would leave nothing.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The whole text, from the plain parts, else from the HTML.</summary>
    public string FullText { get; init; } = string.Empty;

    /// <summary>Safe to show, see <see cref="HtmlCleaner"/>; null when the mail has none, or one over the bound (it is then among the files).</summary>
    public string? Html { get; init; }

    public IReadOnlyList<MailFile> Files { get; init; } = [];

    public MailVerdicts Verdicts { get; init; } = new(null, null, null, null);

    /// <summary>Why this is taken for a machine's mail; null when a person wrote it.</summary>
    public string? AutomaticBecause { get; init; }

    public MailReport? Report { get; init; }

    /// <summary>Whatever could not be read as it should, in words for an agent.</summary>
    public IReadOnlyList<string> Oddities { get; init; } = [];
}

internal sealed record MailAddress(string? Name, string Address);

/// <summary>What Mailgun found when it took the mail in, in its words in lower case; all null unless the domain's spam action is <c>tag</c>.</summary>
/// <remarks>
/// Mailgun writes its headers above the first Received; only those are read. With another spam action it writes none,
/// and a mail that never had a Received header could then bring its own: believe them only where the action is <c>tag</c>.
/// </remarks>
/// <param name="Spf">pass, neutral, fail, softfail.</param>
/// <param name="Dkim">pass, fail.</param>
/// <param name="Spam">yes, no.</param>
/// <param name="SpamScore">A number as written.</param>
internal sealed record MailVerdicts(string? Spf, string? Dkim, string? Spam, string? SpamScore);

internal enum MailReportKind
{
    Failed,
    Delayed,
    Delivered,
    Read,
}

/// <summary>A mail about another mail: a delivery status (RFC 3464), a read receipt (RFC 8098), or one of the bounces that follow no standard.</summary>
/// <param name="OriginalMessageId">Without angle brackets; null when the report names none for certain.</param>
/// <param name="Recipient">Whom the original did not reach, or who read it.</param>
/// <param name="Status">As 5.1.1.</param>
/// <param name="Diagnostic">The other server's words.</param>
internal sealed record MailReport(MailReportKind Kind, string? OriginalMessageId, string? Recipient, string? Status, string? Diagnostic)
{
    /// <summary>Everything in the report that looks like a Message-Id, for the caller to look for its own; at most 50.</summary>
    public IReadOnlyList<string> MentionedIds { get; init; } = [];
}
