using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations.Sending;
using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary><c>POST /api/conversations</c>: writes to a contact first.</summary>
internal sealed class StartApi(
    Reply reply, MessageSender sender, ChannelDirectory channels, ChannelKinds kinds, ContactStore contacts, ThreadKeys keys, Contents contents, TimeProvider time)
{
    private const int LongestSubject = 300;

    public async Task<IResult> StartAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadAsync(context, ConversationsApiJson.Default.NewConversation, MessagesApi.BodyBytes, cancellation);
        if (!body.Ok(out var request, out var problem)) return problem;
        if (request.ContactId is null || await contacts.FindAsync(request.ContactId, cancellation) is not { } contact) return Problems.Invalid("contactId", "there is no such contact");
        if (await ChannelAsync(request, cancellation) is not { } channel) return NoChannel(request);
        if (contact.Contact.First(kinds.Of(channel)!.Reaches) is not { } address) return Problems.Unprocessable($"The contact has no address for {channel.Kind}.");
        if (SubjectProblem(request.Subject, kinds.Of(channel)!) is { } mistake) return mistake;
        if (Written.Of(request.Text, request.Html, request.Attachments, out problem) is not { } written) return problem!;
        if (MessagesApi.DedupeOf(context, out problem) is var dedupe && problem is not null) return problem;

        var thread = await keys.OfAsync(channel.Id, new Address(kinds.Of(channel)!.Reaches, address), cancellation);
        var (now, ulid) = (time.GetUtcNow(), Ids.NewUlid(time.GetUtcNow()));
        var draft = new Draft(ThreadKeys.MessagePrefix + ulid + thread, MessageKind.Reply, written.Text, context.Caller(), dedupe, MessagesApi.Hash(body.Bytes), channel.Id, now)
        {
            Subject = request.Subject?.Trim(),
            Html = written.Html,
            Files = written.Files,
        };
        var conversation = Conversation(channel, contact.Contact, address, ThreadKeys.ConversationPrefix + ulid + thread, draft);
        var outcome = await reply.StartAsync(thread, Head(conversation, contact.Contact, channel), conversation, draft, cancellation);
        return await MessagesApi.AnswerAsync(context, outcome, contents, cancellation);
    }

    private ThreadHead Head(Conversation conversation, Contact contact, Channel channel) => new()
    {
        ChannelId = channel.Id,
        Address = conversation.Address,
        ContactId = contact.Id,
        ContactName = contact.Name,
        AllowsSeveralOpen = kinds.Of(channel)!.AllowsSeveralOpen,
    };

    private static Conversation Conversation(Channel channel, Contact contact, string address, string id, Draft draft) => new()
    {
        Id = id,
        ChannelId = channel.Id,
        ChannelKind = channel.Kind,
        Address = address,
        ContactId = contact.Id,
        ContactName = contact.Name,
        Subject = Subjects.Bare(draft.Subject),
        Path = new ReplyPath(channel.Id, channel.Kind, address, null),
        CreatedAt = draft.At,
        LastActivityAt = draft.At,
    };

    private static IResult? SubjectProblem(string? subject, IChannelKind kind) => subject switch
    {
        null => kind.HasSubject ? Problems.Invalid("subject", "is required by this channel") : null,
        { Length: > LongestSubject } => Problems.Invalid("subject", $"may have at most {LongestSubject} characters"),
        _ when subject.Trim().Length == 0 => Problems.Invalid("subject", "must not be blank"),
        _ => subject.Any(char.IsControl) ? Problems.Invalid("subject", "must be one line") : null,
    };

    private static IResult NoChannel(NewConversation request) => request switch
    {
        { ChannelId: not null } => Problems.Invalid("channelId", "there is no such channel that can send"),
        { Kind: null } => Problems.Invalid("kind", "is required without a channelId: the kind of channel, such as sms or email"),
        _ => Problems.Invalid("kind", "no channel of this kind is active and can send"),
    };

    private async Task<Channel?> ChannelAsync(NewConversation request, CancellationToken cancellation)
    {
        var channel = request.ChannelId is { } id ? await channels.FindAsync(id, cancellation) : await channels.ActiveAsync(request.Kind ?? string.Empty, cancellation);
        return channel is { Archived: false } && (request.Kind is null || request.Kind == channel.Kind) && await sender.ForAsync(channel.Id, cancellation) is not null ? channel : null;
    }
}
