using Microsoft.Extensions.Logging;
using PPMessage.Channels;

namespace PPMessage.Mailgun;

/// <summary>Sends a campaign's mails to many at once, and asks Mailgun which of them it has when the outcome is unknown. Thread-safe.</summary>
internal sealed class MailgunBatches(
    MailgunClient mailgun, MailgunEventList events, ChannelDirectory channels, PPMessageOptions options, TimeProvider time, ILogger<MailgunBatches> log)
{
    /// <summary>Each recipient has a handful of events.</summary>
    public const int MostPages = 50;

    private const int PageSize = 300;

    private static readonly TimeSpan LongestSearch = TimeSpan.FromMinutes(2);

    public BatchSending Sending =>
        new(MailgunBatchForm.MostRecipients, MailgunBatchForm.MostBytes, MailgunBatchForm.WhyAlone, SendAsync, FindAsync, ProviderId);

    private async Task<SendOutcome> SendAsync(Channel channel, OutboundBatch batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Mistake(channel, batch) is { } mistake) throw new ArgumentException(mistake, nameof(batch));
        if (MailgunAccount.Of(channel, channels, options) is not { } account)
        {
            log.NoCredentials(channel.Id);
            return new SendOutcome.TryLater(MailgunSender.NoCredentials, MailgunSender.WhyNone, MailgunOutcome.BrokenChannelAfter);
        }

        using var form = MailgunMessageForm.Content(MailgunBatchForm.Fields(account, channel, batch), []);
        var answer = await mailgun.SendAsync(account, form, cancellation);
        var outcome = MailgunOutcome.OfBatch(answer, batch, time.GetUtcNow());
        if (outcome is not SendOutcome.Refused && MailgunOutcome.IsChannelBroken(answer)) log.ChannelBroken(channel.Id, answer.Status);
        return outcome;
    }

    private async Task<BatchFinding> FindAsync(Channel channel, OutboundBatch batch, DateTimeOffset sentAfter, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (MailgunAccount.Of(channel, channels, options) is not { } account) return new BatchFinding.NoAnswer(MailgunSender.NoCredentials, MailgunSender.WhyNone);
        var id = ProviderId(channel, batch);
        var searches = batch.Messages.ToDictionary(message => message.To, message => new MailgunSearch(id, message.Attempt), StringComparer.OrdinalIgnoreCase);
        var query = new EventQuery(id, sentAfter, PageSize, MostPages, LongestSearch);
        var end = await events.ReadAsync(account, query, item => searches.GetValueOrDefault(item.Text("recipient") ?? string.Empty)?.Consider(item), cancellation);
        return end switch
        {
            null => new BatchFinding.Known(searches.Where(one => one.Value.Found is not null).ToDictionary(one => one.Key, one => one.Value.Found!), MailgunSearch.BelievedAfter),
            { ForGood: true } => new BatchFinding.CannotAsk(end.Code, end.Text),
            _ => new BatchFinding.NoAnswer(end.Code, end.Text),
        };
    }

    private static string ProviderId(Channel channel, OutboundBatch batch) => MailgunMessageForm.MessageId(MailgunAccount.DomainOf(channel), batch.Reference);

    /// <summary>What the caller did wrong; null: nothing.</summary>
    private static string? Mistake(Channel channel, OutboundBatch batch)
    {
        var messages = batch.Messages;
        if (messages.Count is 0 or > MailgunBatchForm.MostRecipients) return $"A batch has 1 to {MailgunBatchForm.MostRecipients} messages, not {messages.Count}.";
        if (messages.DistinctBy(message => message.To, StringComparer.OrdinalIgnoreCase).Count() < messages.Count) return "Two messages of the batch are for one address.";
        if (messages.Select(BatchShape.Of).Distinct().Count() > 1) return $"The messages of the batch differ in what a call can say only once: {string.Join(" and ", messages.Select(BatchShape.Of).Distinct().Take(2))}.";
        if (messages.Sum(BatchCut.Weigh) > MailgunBatchForm.MostBytes) return $"A batch has at most {MailgunBatchForm.MostBytes} bytes.";
        return messages.FirstOrDefault(message => MailgunBatchForm.WhyAlone(channel, message) is not null) is { } alone
            ? $"{alone.Id} can't be part of a batch: {MailgunBatchForm.WhyAlone(channel, alone)}."
            : null;
    }
}
