using System.Security.Cryptography;
using PPMessage.Channels;
using PPMessage.Conversations.Sending;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>A message whose blobs are written, and where it goes; null: it stays in the house.</summary>
internal sealed record Composed(Message Message, Outgoing? Outgoing);

/// <summary>
/// Makes a message of an agent's draft: looks whether its channel can express it, quotes, and puts files and long texts aside. Blobs are named by thread and
/// content, so that whoever repeats it writes them again. Thread-safe.
/// </summary>
internal sealed class Composing(MessageSender sender, MessageList messages, Contents contents, IStore store)
{
    private const int LookedThroughForQuotation = 50;

    public async Task<(Composed? Composed, ConversationOutcome? Mistake)> NoteAsync(Conversation conversation, Draft draft, CancellationToken cancellation) =>
        (await WriteAsync(Replying.MessageOf(conversation, draft, null), draft, null, null, cancellation), null);

    public async Task<(Composed? Composed, ConversationOutcome? Mistake)> ReplyAsync(
        Conversation conversation, Draft draft, Outgoing outgoing, CancellationToken cancellation)
    {
        var message = Replying.MessageOf(conversation, draft, outgoing);
        var quoted = draft.Quote ? await QuotedAsync(conversation.Id, cancellation) : null;
        var via = await sender.ForAsync(outgoing.Route.ChannelId, cancellation) ?? throw new StoreException($"Channel {outgoing.Route.ChannelId} is gone.");
        var subject = message.Subject ?? draft.Subject;
        var check = via.Sender.Check(new OutboundContent(subject, Quoted(draft, quoted) ?? draft.Text, draft.Html, [.. draft.Files.Select(Weighed)]));
        if (check.Problem is { } problem) return (null, new ConversationOutcome.Invalid(check.Field!, problem));
        return (await WriteAsync(message, draft, quoted, outgoing with { Parts = check.Parts }, cancellation), null);
    }

    private async Task<Message?> QuotedAsync(string conversationId, CancellationToken cancellation) =>
        (await messages.BeforeAsync(conversationId, null, LookedThroughForQuotation, cancellation)).Items
            .Select(stored => stored.Message).FirstOrDefault(message => message.Direction == Direction.Inbound) is { } last
            ? last with { Text = (await contents.ReadAsync(last, cancellation)).Text }
            : null;

    private static string? Quoted(Draft draft, Message? quoted) => quoted is null ? null : Quoting.Text(draft.Text, quoted);

    // To be looked at, not to be opened.
    private static OutboundFile Weighed(DraftFile file) =>
        new(file.Name, file.ContentType, file.Bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(file.Bytes, writable: false)));

    private async Task<Composed> WriteAsync(Message message, Draft draft, Message? quoted, Outgoing? outgoing, CancellationToken cancellation)
    {
        var thread = ThreadKeys.Message(message.Id)!.Value.Thread;
        var html = draft.Html is not null && quoted is not null ? Quoting.Html(draft.Html, quoted) : draft.Html;
        var (inRow, blob) = await contents.PutAsideAsync(thread, new MessageContent(draft.Text, Quoted(draft, quoted), html), cancellation);
        var files = new List<Attachment>();
        foreach (var file in draft.Files) files.Add(await StoreAsync(thread, file, files.Count, cancellation));
        return new Composed(message with { Text = inRow.Text, FullText = inRow.FullText, Html = inRow.Html, Content = blob, Attachments = files }, outgoing);
    }

    private async Task<Attachment> StoreAsync(string thread, DraftFile file, int index, CancellationToken cancellation)
    {
        var name = $"{thread}/{Ids.Base32(SHA256.HashData(file.Bytes))}";
        using var content = new MemoryStream(file.Bytes, writable: false);
        await store.WriteBlobAsync(Containers.Attachments, name, content, file.ContentType, cancellation);
        return new Attachment($"a{index}", file.Name, file.ContentType, file.Bytes.Length, null, name, null);
    }
}
