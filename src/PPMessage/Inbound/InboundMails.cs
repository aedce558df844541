using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Mail;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Inbound;

/// <summary>Work <c>mail</c>: a mail that a provider was told is ours now.</summary>
/// <param name="Blob">Where the mail lies, in <see cref="Containers.Raw"/>.</param>
/// <param name="Ulid">Of the message to be, so that every run of this work makes the same one.</param>
internal sealed record MailWork(InboundMail Mail, string Blob, string Ulid);

/// <summary>
/// Takes mails in. Write order: raw mail (blob) → hidden work → the token's row → files and long texts (blobs) → as any inbound message → end of work.
/// Whatever dies in between, the work message brings it back, and it looks at the token first. Thread-safe.
/// Operations: 4 beside those of any inbound message (blob, work, token, end), one for a long text, one for each file.
/// </summary>
internal sealed class InboundMails(
    IStore store, ChannelKinds kinds, ThreadKeys keys, ThreadStore threads, Receive receive, Contents contents, MailAttachments files, MailReports reports,
    ConsumedTokens tokens, WorkQueue queue, DeadLetters deadLetters, PPMessageOptions options, TimeProvider time, ILogger<InboundMails> log)
{
    private const int ShownOfRefused = 4000;

    /// <summary>
    /// Makes the mail durable, then acts on it in line as long as <see cref="Timing.InLine"/> allows; the queue finishes the rest.
    /// When it returns, the mail can't be lost; when it throws, the provider must get a 5xx. The same mail may come any number of times.
    /// </summary>
    /// <param name="mime">The mail's bytes: seekable, read from its beginning, not disposed.</param>
    public async Task ReceiveAsync(Channel channel, InboundMail mail, Stream mime, CancellationToken cancellation)
    {
        // Token and content name the blob: a repetition writes the same one again, and something else under a stolen token none that is another's.
        var work = new MailWork(mail, $"{channel.Id}/{mail.TokenHash}{mail.Hash}", Ids.NewUlid(time.GetUtcNow()));
        mime.Position = 0;
        await store.WriteBlobAsync(Containers.Raw, work.Blob, mime, "message/rfc822", cancellation);
        var ticket = await queue.PutAsync(MailWorkHandler.Word, work, InboundJson.Default.MailWork, options.Timing.Hidden, cancellation);
        await queue.InLineAsync(ticket, inLine => ActAsync(channel, work, mime, inLine), options.Timing.InLine, e => log.LeftToTheQueue(e, work.Ulid));
    }

    /// <summary>Takes the mail into its thread, or, when it tells of one of our messages, to that. Idempotent.</summary>
    public async Task ActAsync(Channel channel, MailWork work, Stream mime, CancellationToken cancellation)
    {
        if (!await tokens.ConsumeAsync(work.Mail, cancellation))
        {
            await RefuseAsync(work, MailReader.Read(mime), "The signature's token was used before, with another mail: somebody repeats what they have seen.", cancellation);
            return;
        }

        var parsed = MailReader.Read(mime);
        if (parsed.Report is { } report && await reports.TakeAsync(work, report, cancellation))
        {
            // The word is kept with the message that it is about; nobody is shown the rest.
            await store.DeleteBlobAsync(Containers.Raw, work.Blob, cancellation);
            return;
        }

        var sender = kinds.AddressOf(channel, MailTranslation.SenderOf(work.Mail, parsed));
        var thread = await ThreadAsync(channel, sender, parsed, cancellation);
        var id = MailTranslation.IdOf(parsed) ?? $"{await HashAsync(mime, cancellation)}@no-message-id";
        var received = MailTranslation.Of(work, channel, parsed, sender, id, kinds.Of(channel)?.AllowsSeveralOpen == true, thread);
        var (inRow, blob) = await contents.PutAsideAsync(thread, received.Content, cancellation);
        var attachments = await files.StoreAsync(thread, parsed.Files, cancellation);
        var whole = received with { Content = inRow, ContentBlob = blob, WholeText = received.Content.Text, Attachments = attachments };
        var reception = await receive.RunAsync(whole, cancellation);
        if (reception == Reception.Contradicts)
            await RefuseAsync(work, parsed, "Another mail of this sender has the same Message-Id and says something else: this one is in no conversation.", cancellation);
        if (reception == Reception.Erased) await EraseAsync(work, whole, cancellation);
    }

    // The mail itself last: it is what the work that comes back goes by.
    private async Task EraseAsync(MailWork work, Received received, CancellationToken cancellation)
    {
        foreach (var file in received.Attachments) if (file.Blob is { } name) await store.DeleteBlobAsync(Containers.Attachments, name, cancellation);
        if (received.ContentBlob is { } content) await store.DeleteBlobAsync(Containers.Contents, content, cancellation);
        await store.DeleteBlobAsync(Containers.Raw, work.Blob, cancellation);
    }

    private static async Task<string> HashAsync(Stream mime, CancellationToken cancellation)
    {
        mime.Position = 0;
        return Ids.Base32((await SHA256.HashDataAsync(mime, cancellation)).AsSpan(0, 16));
    }

    private Task RefuseAsync(MailWork work, ParsedMail parsed, string reason, CancellationToken cancellation)
    {
        var odd = new OddMail(work.Mail.ChannelId, parsed.From?.Address, parsed.Subject, Texts.Beginning(parsed.FullText, ShownOfRefused), work.Mail.Raw, work.Blob);
        return deadLetters.AddAsync("callback", JsonSerializer.SerializeToElement(odd, InboundJson.Default.OddMail), reason, cancellation);
    }

    /// <summary>The sender's thread; but where it answers a message that went to this sender from a conversation on another channel, that one's.</summary>
    private async Task<string> ThreadAsync(Channel channel, Address sender, ParsedMail parsed, CancellationToken cancellation)
    {
        var own = await keys.OfAsync(channel.Id, sender, cancellation);
        if (MailTranslation.Answered(parsed) is not [var last, ..] answered || answered.Any(one => one.Thread == own)) return own;
        var message = (await threads.MessageAsync(last.ConversationId, last.MessageId, cancellation))?.Message;
        return message?.Route is { } route && route.ChannelId == channel.Id && kinds.AddressOf(channel, route.To) == sender ? last.Thread : own;
    }
}

/// <summary>What a dead letter of the kind <c>callback</c> holds of a mail that is in no conversation.</summary>
/// <param name="Blob">Where it lies as it came, in <see cref="Containers.Raw"/>.</param>
internal sealed record OddMail(string ChannelId, string? From, string? Subject, string Text, IReadOnlyDictionary<string, string> Fields, string Blob);
