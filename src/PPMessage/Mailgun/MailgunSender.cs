using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Storage;

namespace PPMessage.Mailgun;

/// <summary>Sends mails through Mailgun, and asks Mailgun what became of one whose outcome is unknown.</summary>
internal sealed class MailgunSender(
    MailgunClient mailgun, ChannelDirectory channels, PPMessageOptions options, TimeProvider time, ILogger<MailgunSender> log) : IChannelSender
{
    /// <summary>Mailgun takes 25 MB as it goes out; Base64 makes of three bytes four, and the hosts at the other end take less.</summary>
    public const long MostFileBytes = 20 * 1024 * 1024;

    /// <summary>RFC 5322, section 2.1.1: the longest line.</summary>
    public const int LongestSubject = 998;

    private const string NoCredentials = "no-credentials";
    private const string WhyNone = "A secret of this channel is not set or can't be read.";

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
        var search = new MailgunSearch(MailgunMessageForm.MessageId(account, message), message.Attempt, sentAfter);
        var start = time.GetTimestamp();
        var answer = await mailgun.ListEventsAsync(account, search.Filters, cancellation);
        for (var page = 1; ; page++)
        {
            if (search.Read(answer) is { } finding) return finding;
            if (page == MailgunSearch.MostPages || time.GetElapsedTime(start) > options.Timing.ProviderCall)
                return new Finding.NoAnswer("too-long", "The list of events did not come to an end in time.");
            answer = await mailgun.NextPageAsync(account, search.Next, cancellation);
        }
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
