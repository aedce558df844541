namespace PPMessage.Mailgun;

internal enum RefusalKind
{
    /// <summary>The mailbox does not exist, says its own host.</summary>
    DeadAddress,

    /// <summary>The address is fine; the host did not want this mail now (reputation, frequency, content, a full mailbox).</summary>
    ForNow,

    /// <summary>Anything else: nothing is known about the address.</summary>
    Other,
}

/// <param name="Sentence">For people, in plain words.</param>
internal sealed record MailRefusal(RefusalKind Kind, string Sentence);

/// <summary>
/// Why a mail host refused a mail for good, read from its words: hosts such as QQ answer 550 also when they only want it later, and Mailgun then takes the
/// address for dead. What is doubtful is no reason to stop writing to somebody. Sources: service.mail.qq.com (error codes of sending), help.163.com (退信代码),
/// support.google.com/a/answer/3726730 (SMTP errors), learn.microsoft.com (NDR codes), RFC 3463. Pure.
/// </summary>
internal static class MailRefusals
{
    private static readonly (string Word, string Host)[] Hosts =
    [
        ("foxmail.com", "QQ"), ("exmail.qq.com", "QQ"), ("mxbiz", "QQ"), ("qq.com", "QQ"), ("126.com", "163"), ("yeah.net", "163"), ("163.com", "163"), ("163.net", "163"), ("netease", "163"),
        ("outlook.com", "Outlook"), ("hotmail.", "Outlook"), ("live.com", "Outlook"), ("msn.com", "Outlook"), ("gmail.com", "Gmail"), ("google", "Gmail"), ("yahoo", "Yahoo"), ("icloud.com", "iCloud"),
    ];

    /// <summary>The first that is found in the words decides: what is temporary stands before what looks like it for ever.</summary>
    private static readonly (string Words, RefusalKind Kind, string Why)[] Known =
    [
        // QQ and Tencent's mail for companies.
        ("mailbox unavailable or access denied", RefusalKind.ForNow, "this mailbox gets too much mail at the moment"),
        ("ip frequency limited", RefusalKind.ForNow, "IP frequency limited"),
        ("connection frequency limited", RefusalKind.ForNow, "connection frequency limited"),
        ("domain frequency limited", RefusalKind.ForNow, "domain frequency limited"),
        ("sender frequency limited", RefusalKind.ForNow, "sender frequency limited"),
        ("frequency limited", RefusalKind.ForNow, "too many mails in a short time"),
        ("mail content denied", RefusalKind.ForNow, "it dislikes the content"),
        ("mail is rejected by recipients", RefusalKind.Other, "the recipient blocks our address"),
        ("suspected spam", RefusalKind.ForNow, "suspected spam"),
        ("dmarc", RefusalKind.Other, "the mail is not authenticated: look at SPF, DKIM and DMARC of the sending domain"),
        ("unauthenticated", RefusalKind.Other, "the mail is not authenticated: look at SPF, DKIM and DMARC of the sending domain"),
        ("5.7.26", RefusalKind.Other, "the mail is not authenticated: look at SPF, DKIM and DMARC of the sending domain"),

        // 163, 126, yeah.net: letters for the rule that applied, as a word of their own.
        (" dt:spm", RefusalKind.ForNow, "it takes the mail for spam"),
        (" hl:", RefusalKind.ForNow, "too many connections or a bad reputation of the sending server"),
        (" rp:", RefusalKind.ForNow, "too many mails in a short time"),
        (" mi:", RefusalKind.ForNow, "too many mails in a short time"),
        (" dt:sum", RefusalKind.Other, "sender and From do not agree"),

        // A full mailbox.
        ("over quota", RefusalKind.ForNow, "the mailbox is full"),
        ("overquota", RefusalKind.ForNow, "the mailbox is full"),
        ("quota exceeded", RefusalKind.ForNow, "the mailbox is full"),
        ("mailbox full", RefusalKind.ForNow, "the mailbox is full"),
        ("mailbox is full", RefusalKind.ForNow, "the mailbox is full"),
        ("out of storage", RefusalKind.ForNow, "the mailbox is full"),
        ("5.2.2", RefusalKind.ForNow, "the mailbox is full"),

        // Mailgun's own words when it reached nobody.
        ("no mx", RefusalKind.Other, "no mail server is known for this domain: is the address misspelt?"),
        ("unable to connect", RefusalKind.ForNow, "its servers could not be reached"),

        // Greylisting, reputation and spam, wherever.
        ("greylist", RefusalKind.ForNow, "it wants to see the mail again later"),
        ("graylist", RefusalKind.ForNow, "it wants to see the mail again later"),
        ("too old", RefusalKind.ForNow, "it could not be handed over within eight hours"),
        ("rate limit", RefusalKind.ForNow, "too many mails in a short time"),
        ("receiving mail at a rate", RefusalKind.ForNow, "too many mails in a short time"),
        ("too many", RefusalKind.ForNow, "too many mails in a short time"),
        ("try again later", RefusalKind.ForNow, "it asks to try again later"),
        ("unsolicited", RefusalKind.ForNow, "it takes the mail for spam"),
        ("spam", RefusalKind.ForNow, "it takes the mail for spam"),
        ("reputation", RefusalKind.ForNow, "a bad reputation of the sending server"),
        ("blocklist", RefusalKind.ForNow, "the sending server is on a block list"),
        ("block list", RefusalKind.ForNow, "the sending server is on a block list"),
        ("blacklist", RefusalKind.ForNow, "the sending server is on a block list"),
        ("part of their network is on our block", RefusalKind.ForNow, "the sending server is on a block list"),
        ("banned sending ip", RefusalKind.ForNow, "the sending server is on a block list"),
        ("service unavailable; client host", RefusalKind.ForNow, "the sending server is on a block list"),

        // The mailbox does not exist.
        ("mailbox not found", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("non-existent account", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("user unknown", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("unknown user", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("user not found", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("no such user", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("no such recipient", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("no mailbox here", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("does not exist", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("doesn't exist", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("recipient not found", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("invalid recipient", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("invalid mailbox", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("unrouteable address", RefusalKind.DeadAddress, "there is no such mailbox"),
        ("account is disabled", RefusalKind.DeadAddress, "the mailbox was closed"),
        ("to reach is disabled", RefusalKind.DeadAddress, "the mailbox was closed"),
        ("to reach is inactive", RefusalKind.DeadAddress, "the mailbox was closed"),
        ("5.5.0 requested action not taken: mailbox unavailable", RefusalKind.DeadAddress, "there is no such mailbox"),
    ];

    private static readonly string[] DeadCodes = ["5.1.1", "5.1.2", "5.1.6", "5.1.10"];

    /// <param name="words">The host's answer.</param>
    /// <param name="code">Enhanced (5.1.1) or plain (550).</param>
    public static MailRefusal Of(string words, string? code, string? recipient, string? mxHost)
    {
        var text = " " + string.Join(' ', words.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var host = HostOf(recipient, mxHost);
        if (Known.FirstOrDefault(known => text.Contains(known.Words, StringComparison.Ordinal)) is { Why: { } why } known) return new(known.Kind, Sentence(known.Kind, host, why));
        if (IsDead(text, code)) return new(RefusalKind.DeadAddress, Sentence(RefusalKind.DeadAddress, host, "there is no such mailbox"));
        return IsTemporary(code)
            ? new(RefusalKind.ForNow, Sentence(RefusalKind.ForNow, host, "it asks to try again later"))
            : new(RefusalKind.Other, Sentence(RefusalKind.Other, host, code is null ? "it does not say why" : $"code {code}"));
    }

    /// <summary>Whose answer it is, for people.</summary>
    public static string HostOf(string? recipient, string? mxHost)
    {
        var domain = recipient is null ? string.Empty : recipient[(recipient.LastIndexOf('@') + 1)..].ToLowerInvariant();
        var known = Hosts.FirstOrDefault(host => domain.Contains(host.Word, StringComparison.Ordinal)).Host
            ?? Hosts.FirstOrDefault(host => mxHost?.Contains(host.Word, StringComparison.OrdinalIgnoreCase) == true).Host;
        return known ?? (domain.Length > 0 ? ForeignWords.Short(domain) : "The recipient's mail host");
    }

    // Mailgun's own 498 and 499 are none of these.
    private static bool IsTemporary(string? code) => code is "421" or "450" or "451" or "452" || code?.StartsWith("4.", StringComparison.Ordinal) == true;

    private static bool IsDead(string text, string? code) =>
        DeadCodes.Contains(code) || text.Split(' ', '-', '(', ')', '[', ']', '#', ',', ';', ':').Any(word => DeadCodes.Contains(word));

    private static string Sentence(RefusalKind kind, string host, string why) => kind switch
    {
        RefusalKind.DeadAddress => $"{host} says: {why}. The address is dead; nothing more is sent to it.",
        RefusalKind.ForNow => $"{host} refused it for now ({why}). The address is not dead. Mailgun may have put it on its bounce list: lift the suppression, then send again later.",
        _ => $"{host} refused it: {why}.",
    };
}
