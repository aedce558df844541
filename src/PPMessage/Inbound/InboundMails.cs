using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Inbound;

/// <summary>Work <c>mail</c>: a mail that a provider was told is ours now.</summary>
/// <param name="Blob">Where the mail lies, in <see cref="Containers.Raw"/>.</param>
/// <param name="Ulid">Of the message to be, so that every run of this work makes the same one.</param>
internal sealed record MailWork(InboundMail Mail, string Blob, string Ulid);

/// <summary>
/// Takes mails in. Write order: raw mail (blob) → hidden work → the token's row → what the mail says → end of work. Whatever dies in between, the work
/// message brings it back, and it looks at the token first. Thread-safe.
/// </summary>
internal sealed class InboundMails(
    IStore store, ConsumedTokens tokens, WorkQueue queue, DeadLetters deadLetters, PPMessageOptions options, TimeProvider time, ILogger<InboundMails> log)
{
    /// <summary>
    /// Makes the mail durable, then acts on it in line as long as <see cref="Timing.InLine"/> allows; the queue finishes the rest.
    /// When it returns, the mail can't be lost; when it throws, the provider must get a 5xx. The same mail may come any number of times.
    /// </summary>
    /// <param name="mime">The mail's bytes: seekable, read from its beginning, not disposed.</param>
    public async Task ReceiveAsync(Channel channel, InboundMail mail, Stream mime, CancellationToken cancellation)
    {
        // Token and content name the blob: a repetition writes the same one again, and something else under a stolen token none that is another's.
        var work = new MailWork(mail, $"{channel.Id}/{Ids.Hash(mail.Token)}{mail.Hash}", Ids.NewUlid(time.GetUtcNow()));
        mime.Position = 0;
        await store.WriteBlobAsync(Containers.Raw, work.Blob, mime, "message/rfc822", cancellation);
        var ticket = await queue.PutAsync(MailWorkHandler.Word, work, InboundJson.Default.MailWork, options.Timing.Hidden, cancellation);
        using var inLine = new CancellationTokenSource(options.Timing.InLine, time);
        try
        {
            await ActAsync(channel, work, mime, inLine.Token);
            await queue.DoneAsync(ticket, inLine.Token);
        }
        catch (Exception e)
        {
            // Whatever it was: the work lies in the queue, and the provider's answer must not ask for the mail again.
            log.LeftToTheQueue(e, work.Ulid);
        }
    }

    /// <summary>Takes the mail into its thread. Idempotent.</summary>
    public async Task ActAsync(Channel channel, MailWork work, Stream mime, CancellationToken cancellation)
    {
        if (!await tokens.ConsumeAsync(work.Mail, cancellation))
        {
            var payload = JsonSerializer.SerializeToElement(work, InboundJson.Default.MailWork);
            await deadLetters.AddAsync("callback", payload, "The signature's token was used before, with another mail: somebody repeats what they have seen.", cancellation);
            return;
        }

        mime.Position = 0;
    }
}
