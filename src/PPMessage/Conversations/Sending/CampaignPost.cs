using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Storage;
using PPMessage.Suppressions;

namespace PPMessage.Conversations.Sending;

/// <summary>A campaign's message to one address, before it is written.</summary>
/// <param name="Ulid">Of the message: the same whenever the same work is repeated.</param>
/// <param name="Mark">Whose it is, and how it is counted.</param>
/// <param name="AnswerUntil">What the contact says later is no answer to it.</param>
/// <param name="Write">Writes it.</param>
internal sealed record CampaignLetter(
    string Ulid, Channel Channel, string Address, Contact Contact, Author Author, MessageCampaign Mark, DateTimeOffset At, DateTimeOffset AnswerUntil, WriteLetter Write);

/// <summary>What a letter says, given the ids of its conversation and of itself. Pure: asked again it says the same.</summary>
internal delegate ValueTask<WrittenLetter> WriteLetter(string conversationId, string messageId, CancellationToken cancellation);

/// <param name="Content">Null: it can't be written for this contact.</param>
/// <param name="Mistake">Why.</param>
/// <param name="ProviderId">The id that the provider will know it by, where that is known before the call (a mail that goes out together with others); null: it is not.</param>
internal sealed record WrittenLetter(OutboundContent? Content, string? Mistake, string? ProviderId);

/// <summary>What became of posting one.</summary>
internal abstract record Posting
{
    private Posting() { }

    /// <summary>It lies in its thread, claimed: the provider is to be called.</summary>
    internal sealed record Claimed(Message Message, string RowETag, ThreadHead Head) : Posting;

    /// <summary>The address is not to be messaged by this channel. Nothing was written.</summary>
    internal sealed record Suppressed(DeliveryError Why) : Posting;

    /// <summary>It can't be said to this contact. Nothing was written.</summary>
    internal sealed record Unwritable(string Why) : Posting;

    /// <summary>It was posted before: whoever did may be at it, or have died.</summary>
    internal sealed record There(StoredMessage Stored, ThreadHead Head) : Posting;
}

/// <summary>
/// Writes a campaign's message into the thread of its recipient. Consent is asked for in the very commit: who stops at that moment is not messaged. It opens no
/// conversation; one that is open takes it in without being touched. Operations: 2 (read, commit), and a blob for a text that is too long for a row. Idempotent by
/// the letter's ULID. Thread-safe.
/// </summary>
internal sealed class CampaignPost(ThreadStore threads, ThreadKeys keys, ChannelKinds kinds, Contents contents, PPMessageOptions options, TimeProvider time)
{
    private const int MostRounds = 50;

    public async Task<Posting> PostAsync(CampaignLetter letter, CancellationToken cancellation)
    {
        var thread = await keys.OfAsync(letter.Channel.Id, kinds.AddressOf(letter.Channel, letter.Address), cancellation);
        for (var round = 0; round < MostRounds; round++)
        {
            var found = await threads.HeadAsync(thread, cancellation);
            var head = found?.Head.Or(NewHead(letter)) ?? NewHead(letter);
            if (head.Consent?.Stopped == true) return new Posting.Suppressed(WhyStopped(head.Consent));
            var (edit, message, dedupe, mistake) = await DecideAsync(thread, head, found?.ETag, letter, cancellation);
            if (message is null) return new Posting.Unwritable(mistake ?? "There is nothing to say.");
            var result = await threads.CommitAsync(thread, edit, cancellation);
            if (result.Committed) return new Posting.Claimed(message, result.ETags[edit.IndexOf(message)], edit.Head);
            if (result.Conflict!.Key == dedupe) return await ThereAsync(result.Conflict.Current!.As(ConversationsJson.Default.Dedupe), head, cancellation);
        }

        throw new StoreException($"Thread {thread} is too busy.");
    }

    /// <summary>Why an address is not to be messaged by a channel; null: it may be. One operation.</summary>
    public async Task<DeliveryError?> WhyStoppedAsync(Channel channel, string address, CancellationToken cancellation)
    {
        var thread = await keys.OfAsync(channel.Id, kinds.AddressOf(channel, address), cancellation);
        return (await threads.HeadAsync(thread, cancellation))?.Head.Consent is { Stopped: true } consent ? WhyStopped(consent) : null;
    }

    /// <summary>One that was posted; null: none was. Two operations, three where it was.</summary>
    public async Task<Posting.There?> FindAsync(CampaignLetter letter, CancellationToken cancellation)
    {
        var thread = await keys.OfAsync(letter.Channel.Id, kinds.AddressOf(letter.Channel, letter.Address), cancellation);
        var dedupe = await threads.DedupeAsync(thread, ThreadRows.Dedupe("campaign", ThreadKeys.MessagePrefix + letter.Ulid + thread), cancellation);
        if (dedupe is null || await threads.HeadAsync(thread, cancellation) is not var (head, _)) return null;
        return await ThereAsync(dedupe, head, cancellation) as Posting.There;
    }

    /// <summary>Claims one that the provider did not take before for another attempt. Null: somebody else has it. One operation.</summary>
    public async Task<Posting.Claimed?> AgainAsync(Posting.There there, CancellationToken cancellation)
    {
        var message = SendRecord.Claimed(there.Stored.Message, time.GetUtcNow(), options.Timing.Claim);
        var write = RowWrite.Replace(there.Stored.Row, there.Stored.ETag, message, ConversationsJson.Default.Message);
        var result = await threads.CommitAsync(ThreadKeys.Message(message.Id)!.Value.Thread, [write], cancellation);
        return result.Committed ? new Posting.Claimed(message, result.ETags[0], there.Head) : null;
    }

    private async Task<(ThreadEdit Edit, Message? Message, string Dedupe, string? Mistake)> DecideAsync(string thread, ThreadHead head, string? etag, CampaignLetter letter, CancellationToken cancellation)
    {
        var edit = new ThreadEdit(head, etag);
        var begun = head.LastActive is null ? head.Campaign?.Begun(letter.At) ?? letter.Ulid : null;
        var conversation = head.LastActive?.Id ?? ThreadKeys.ConversationPrefix + begun + thread;
        var id = ThreadKeys.MessagePrefix + letter.Ulid + thread;
        var dedupe = ThreadRows.Dedupe("campaign", id);
        var written = await letter.Write(conversation, id, cancellation);
        if (written.Content is not { } said) return (edit, null, dedupe, written.Mistake);
        var message = await MessageAsync(thread, conversation, id, letter, said, cancellation) with { ProviderId = written.ProviderId };
        edit.Claim(dedupe, new Dedupe(conversation, id));
        edit.Change(h => h with { Campaign = new LastCampaign(letter.Mark.Tag, letter.AnswerUntil, begun, null) });
        edit.Insert(message);
        if (written.ProviderId is { } providerId) edit.Own(ThreadRows.Dedupe("provider", providerId), new Dedupe(conversation, id, Campaign: letter.Mark.Tag));
        return (edit, message, dedupe, null);
    }

    private async Task<Message> MessageAsync(string thread, string conversation, string id, CampaignLetter letter, OutboundContent said, CancellationToken cancellation)
    {
        var (inRow, blob) = await contents.PutAsideAsync(thread, new MessageContent(said.Text, null, said.Html), cancellation);
        var now = time.GetUtcNow();
        var message = new Message
        {
            Id = id,
            ConversationId = conversation,
            Direction = Direction.Outbound,
            Kind = MessageKind.Reply,
            ChannelId = letter.Channel.Id,
            ChannelKind = letter.Channel.Kind,
            Author = letter.Author,
            Subject = said.Subject,
            Text = inRow.Text,
            FullText = inRow.FullText,
            Html = inRow.Html,
            Content = blob,
            Campaign = letter.Mark,
            CreatedAt = letter.At,
            Delivery = new Delivery { State = DeliveryStates.Queued, History = [] },
        };
        return SendRecord.Claimed(message, now, options.Timing.Claim);
    }

    private async Task<Posting> ThereAsync(Dedupe dedupe, ThreadHead head, CancellationToken cancellation) =>
        await threads.MessageAsync(dedupe.ConversationId, dedupe.MessageId, cancellation) is { } stored
            ? new Posting.There(stored, head)
            // Erased since.
            : new Posting.Suppressed(new DeliveryError("gone", "The contact was erased."));

    private ThreadHead NewHead(CampaignLetter letter) => new()
    {
        ChannelId = letter.Channel.Id,
        Address = letter.Address,
        ContactId = letter.Contact.Id,
        ContactName = letter.Contact.Name,
        AllowsSeveralOpen = kinds.Of(letter.Channel)!.AllowsSeveralOpen,
    };

    private static DeliveryError WhyStopped(Consent consent) => new(consent.StoppedBy?.Reason ?? SuppressionReasons.Stop, consent.StoppedBy?.Detail ?? string.Empty);
}
