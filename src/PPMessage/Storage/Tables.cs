namespace PPMessage.Storage;

/// <summary>All tables, queues and containers by name; README.md beside this file says what lies in them.</summary>
internal static class Tables
{
    public const string Threads = nameof(Threads);
    public const string Contacts = nameof(Contacts);
    public const string Presence = nameof(Presence);
    public const string Addresses = nameof(Addresses);
    public const string Inbox = nameof(Inbox);
    public const string Config = nameof(Config);

    /// <summary>Dropped week by week: idempotency records and timer claims.</summary>
    public const string Requests = nameof(Requests);

    /// <summary>Dropped week by week: signature tokens that were used.</summary>
    public const string Tokens = nameof(Tokens);

    public const string DeadLetters = nameof(DeadLetters);
    public const string Audit = nameof(Audit);

    /// <summary>Firings of campaigns.</summary>
    public const string Occurrences = nameof(Occurrences);

    /// <summary>Imports of contacts, and the rows that they refused.</summary>
    public const string Imports = nameof(Imports);

    /// <summary>How far ahead campaigns have shared out what senders and mail hosts bear.</summary>
    public const string Lanes = nameof(Lanes);
}

internal static class Queues
{
    /// <summary>A person waits for it.</summary>
    public const string Work = "work";

    /// <summary>Nobody waits for it, or whoever does watches it: imports, merges, erasures. Apart, so that a million rows don't stand before a reply.</summary>
    public const string Bulk = "bulk";
}

internal static class Containers
{
    public const string Attachments = "attachments";

    /// <summary>Mails as they came (message/rfc822).</summary>
    public const string Raw = "raw";

    /// <summary>Whole texts and HTML of messages that do not fit into a row.</summary>
    public const string Contents = "contents";

    /// <summary>Work whose payload does not fit into a queue message.</summary>
    public const string Work = "work";

    /// <summary>What is being imported; deleted when it is.</summary>
    public const string Imports = "imports";
}
