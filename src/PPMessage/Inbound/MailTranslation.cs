using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Mail;

namespace PPMessage.Inbound;

/// <summary>From a mail to the thread's message. Pure.</summary>
internal static class MailTranslation
{
    private const int MostAddresses = 50;
    private const int LongestId = 900;

    // They lie in the thread's head, which every message reads.
    private const int LongestChain = 2000;
    private const int LongestSubject = 1000;

    /// <summary>Whose mail it is: what its From says, else the envelope's sender, else nobody's.</summary>
    public static string SenderOf(InboundMail mail, ParsedMail parsed) => (parsed.From?.Address, mail.EnvelopeSender) switch
    {
        ({ Length: > 0 } from, _) => from,
        (_, { Length: > 0 } envelope) => envelope,
        _ => "unknown sender",
    };

    /// <summary>What duplicates have in common: the Message-Id; null where a mail has none (it is its content then).</summary>
    public static string? IdOf(ParsedMail parsed) => parsed.MessageId is { Length: > 0 and <= LongestId } id ? id : null;

    /// <summary>Our own messages among those that it says it answers, the likeliest first: In-Reply-To stands last.</summary>
    public static IReadOnlyList<(string Thread, string ConversationId, string MessageId)> Answered(ParsedMail parsed) =>
        [.. parsed.References.Reverse().Select(References.Read).OfType<(string Thread, string ConversationId, string MessageId)>()];

    public static Received Of(MailWork work, Channel channel, ParsedMail parsed, Address sender, string id, bool allowsSeveralOpen, string thread) => new()
    {
        Thread = thread,
        ChannelId = channel.Id,
        ChannelKind = channel.Kind,
        Address = sender,
        AllowsSeveralOpen = allowsSeveralOpen,
        SenderName = parsed.From?.Name,
        OurAddress = OurAddress(work.Mail),
        ProviderId = id,
        Ulid = work.Ulid,
        Subject = parsed.Subject is { Length: > 0 } subject ? Texts.Beginning(subject, LongestSubject) : null,
        Content = new MessageContent(parsed.Text, parsed.FullText == parsed.Text ? null : parsed.FullText, parsed.Html),
        Attachments = [],
        RawBlob = work.Blob,
        Mail = HeadOf(work.Mail, channel, parsed, sender),
        Answers = [.. Answered(parsed).Where(answered => answered.Thread == thread).Select(answered => answered.ConversationId).Distinct()],
        References = Chain(parsed),
        AnswerTo = AnswerTo(parsed, sender),
        Raw = work.Mail.Raw,
        At = work.Mail.ReceivedAt,
    };

    private static MailHead HeadOf(InboundMail mail, Channel channel, ParsedMail parsed, Address sender) => new()
    {
        Recipients = [OurAddress(mail)],
        To = [.. parsed.To.Take(MostAddresses).Select(address => address.Address)],
        Cc = [.. parsed.Cc.Take(MostAddresses).Select(address => address.Address)],
        ReplyTo = parsed.ReplyTo?.Address,
        Spf = parsed.Verdicts.Spf,
        Dkim = parsed.Verdicts.Dkim,
        Spam = parsed.Verdicts.Spam,
        AutomaticBecause = parsed.AutomaticBecause ?? (IsOurs(sender, mail, channel) ? "It comes from our own address." : null),
        Oddities = mail.Oddity is { } odd ? [odd, .. parsed.Oddities] : parsed.Oddities,
    };

    // Answering oneself would go on for ever.
    private static bool IsOurs(Address sender, InboundMail mail, Channel channel) =>
        sender == Address.OfSender(sender.Kind, mail.Recipient) || sender == Address.OfSender(sender.Kind, channel.Setting("address") ?? string.Empty);

    // The chain that an answer names: the first for its root, the last for what it follows (RFC 5322 3.6.4 allows to leave out the middle).
    private static IReadOnlyList<string> Chain(ParsedMail parsed)
    {
        List<string> chain = [.. parsed.References.Where(id => id.Length <= LongestId), .. IdOf(parsed) is { } own ? [own] : Array.Empty<string>()];
        var left = LongestChain - chain.FirstOrDefault(string.Empty).Length;
        var last = chain.Skip(1).Reverse().TakeWhile(id => (left -= id.Length) >= 0).Reverse().ToList();
        return chain.Count > 1 && last.Count == 0 ? [chain[^1]] : [.. chain.Take(1), .. last];
    }

    private static string OurAddress(InboundMail mail) => Address.OfEmail(mail.Recipient)?.Value ?? mail.Recipient;

    private static string? AnswerTo(ParsedMail parsed, Address sender) =>
        parsed.ReplyTo is { } replyTo && Address.OfEmail(replyTo.Address) is { } address && address != sender ? address.Value : null;
}
