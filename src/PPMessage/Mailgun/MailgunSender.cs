using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Storage;

namespace PPMessage.Mailgun;

/// <summary>Sends mails through Mailgun, and asks Mailgun what became of one whose outcome is unknown.</summary>
internal sealed class MailgunSender(
    MailgunClient mailgun, MailgunEventList events, ChannelDirectory channels, PPMessageOptions options, TimeProvider time, ILogger<MailgunSender> log) : IChannelSender
{
    /// <summary>Mailgun takes 25 MB as it goes out; Base64 makes of three bytes four, and the hosts at the other end take less.</summary>
    public const long MostFileBytes = 20 * 1024 * 1024;

    /// <summary>RFC 5322, section 2.1.1: the longest line.</summary>
    public const int LongestSubject = 998;

    public const string NoCredentials = "no-credentials";
    public const string WhyNone = "A secret of this channel is not set or can't be read.";

    public ContentCheck Check(OutboundContent content) => content switch
    {
        { Subject.Length: > LongestSubject } => new(null, "subject", $"has {content.Subject.Length} characters; a mail's subject has at most {LongestSubject}"),
        { Text.Length: 0, Html: null or "", Files.Count: 0 } => new(null, "text", "a mail has a text, HTML or a file"),
        { Files.Count: > 0 } when content.Files.Sum(file => file.Size) is > MostFileBytes and var size =>
            new(null, "attachments", $"have {size} bytes together; a mail takes at most {MostFileBytes}"),
        _ => default,
    };

    public async Task<SendOutcome> SendAsync(Channel channel, OutboundMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (MailgunAccount.Of(channel, channels, options) is not { } account)
        {
            log.NoCredentials(channel.Id);
            return new SendOutcome.TryLater(NoCredentials, WhyNone, MailgunOutcome.BrokenChannelAfter);
        }

        var (form, trouble) = await FormAsync(account, channel, message, cancellation);
        if (form is null) return new SendOutcome.TryLater("no-file", trouble, Backoff.Of(message));
        using (form)
        {
            var answer = await mailgun.SendAsync(account, form, cancellation);
            if (MailgunOutcome.IsChannelBroken(answer)) log.ChannelBroken(channel.Id, answer.Status);
            return MailgunOutcome.Of(answer, message, time.GetUtcNow());
        }
    }

    public async Task<Finding> FindAsync(Channel channel, OutboundMessage message, DateTimeOffset sentAfter, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (MailgunAccount.Of(channel, channels, options) is not { } account) return new Finding.NoAnswer(NoCredentials, WhyNone);
        var search = new MailgunSearch(MailgunMessageForm.MessageId(account, message), message.Attempt);
        var query = new EventQuery(search.MessageId, sentAfter, MailgunSearch.PageSize, MailgunSearch.MostPages, options.Timing.ProviderCall);
        return await events.ReadAsync(account, query, search.Consider, cancellation) switch
        {
            null => new Finding.Candidates(search.Found is { } found ? [found] : [], MailgunSearch.BelievedAfter),
            { ForGood: true } end => new Finding.CannotAsk(end.Code, end.Text),
            var end => new Finding.NoAnswer(end.Code, end.Text),
        };
    }

    /// <summary>Null with the reason when a file can't be opened: then nothing is sent.</summary>
    private static async Task<(MultipartFormDataContent? Form, string Trouble)> FormAsync(
        MailgunAccount account, Channel channel, OutboundMessage message, CancellationToken cancellation)
    {
        var files = new List<(OutboundFile File, Stream Content)>();
        try
        {
            foreach (var file in message.Content.Files) files.Add((file, await file.Open(cancellation)));
            return (MailgunMessageForm.Content(MailgunMessageForm.Fields(account, channel, message), files), string.Empty);
        }
        catch (Exception e)
        {
            foreach (var (_, content) in files) await content.DisposeAsync();
            if (e is StoreException) return (null, $"A file could not be read: {e.Message}");
            throw;
        }
    }
}
