using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations;

/// <summary>Work <c>media</c>: a message's files lie at the provider.</summary>
/// <param name="Try">Counts looks at files that were not there yet.</param>
internal sealed record MediaWork(string ConversationId, string MessageId, int Try)
{
    public const string Word = "media";
}

/// <summary>
/// Fetches a message's files after the answer was given: each goes into a blob first, then the message learns of it. Blob names come from the message,
/// so a repetition writes the same blob again. A file that is not there yet is looked for again for about ten minutes.
/// </summary>
internal sealed class MediaWorkHandler(
    IStore store, ThreadStore threads, ChannelDirectory channels, IServiceProvider services, Inbox inbox, WorkQueue queue, TimeProvider time) : IWorkHandler
{
    private static readonly TimeSpan[] Again =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(8)];

    public string Kind => MediaWork.Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, ConversationsJson.Default.MediaWork) is not { } work) return;
        if (await threads.MessageAsync(work.ConversationId, work.MessageId, cancellation) is not { } stored) return;
        var missing = stored.Message.Attachments.Where(attachment => attachment.IsMissing).ToList();
        if (missing.Count == 0)
        {
            // Whoever fetched them may have died before it could tell.
            await TellAsync(stored.Message, cancellation);
            return;
        }

        var fetched = await FetchAsync(stored.Message, missing, lastTry: work.Try >= Again.Length, cancellation);
        await RecordAsync(stored, fetched, cancellation);
        if (fetched.Count == missing.Count) return;
        await queue.PutAsync(MediaWork.Word, work with { Try = work.Try + 1 }, ConversationsJson.Default.MediaWork, Again[work.Try], cancellation);
    }

    private async Task<Dictionary<string, Attachment>> FetchAsync(Message message, IReadOnlyList<Attachment> missing, bool lastTry, CancellationToken cancellation)
    {
        var channel = await channels.FindAsync(message.ChannelId, cancellation) ?? throw new StoreException($"Channel {message.ChannelId} is gone.");
        var fetch = services.GetRequiredKeyedService<FetchMedia>($"{channel.Provider}/{channel.Kind}");
        var fetched = new Dictionary<string, Attachment>();
        foreach (var attachment in missing)
        {
            await using var result = await fetch(channel, attachment.Source!, message.ProviderId!, cancellation);
            if (await KeepAsync(message, attachment, result, lastTry, cancellation) is { } settled) fetched[attachment.Id] = settled;
        }

        return fetched;
    }

    /// <summary>The attachment as it stays, or null when it is to be looked for again.</summary>
    private async Task<Attachment?> KeepAsync(Message message, Attachment attachment, MediaFile file, bool lastTry, CancellationToken cancellation) => file switch
    {
        MediaFile.Fetched fetched => await StoreAsync(message, attachment, fetched, cancellation),
        MediaFile.Refused refused => attachment with { Error = refused.Why },
        MediaFile.NotYet notYet when lastTry => attachment with { Error = notYet.Why },
        _ => null,
    };

    private async Task<Attachment> StoreAsync(Message message, Attachment attachment, MediaFile.Fetched file, CancellationToken cancellation)
    {
        var name = $"{message.Id}/{attachment.Id}";
        await store.WriteBlobAsync(Containers.Attachments, name, file.Content, file.ContentType, cancellation);
        return attachment with { Blob = name, Size = file.Content.Length, ContentType = file.ContentType };
    }

    private async Task RecordAsync(StoredMessage stored, IReadOnlyDictionary<string, Attachment> fetched, CancellationToken cancellation)
    {
        if (fetched.Count == 0) return;
        var message = stored.Message with { Attachments = [.. stored.Message.Attachments.Select(a => fetched.GetValueOrDefault(a.Id, a))] };
        var key = ThreadKeys.Message(message.Id)!.Value;
        var result = await threads.CommitAsync(key.Thread, [RowWrite.Replace(stored.Row, stored.ETag, message, ConversationsJson.Default.Message)], cancellation);
        if (result.Committed) await TellAsync(message, cancellation);
        // Another worker has the same files: what it wrote is the same. Unless the message was erased while they were fetched.
        else if (await threads.MessageAsync(message.ConversationId, message.Id, cancellation) is null)
            foreach (var file in fetched.Values) if (file.Blob is { } name) await store.DeleteBlobAsync(Containers.Attachments, name, cancellation);
    }

    private Task TellAsync(Message message, CancellationToken cancellation)
    {
        var row = new FeedRow(ChangeType.Message, message.ConversationId, message.Id, time.GetUtcNow());
        var tail = ThreadKeys.Message(message.Id)!.Value.Ulid + "|media";
        return inbox.TellAsync(row, ThreadKeys.Conversation(message.ConversationId)!.Value.Ulid, tail, cancellation);
    }
}
