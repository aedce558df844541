using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations.Sending;
using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary><c>/api/conversations/{id}/messages</c> and <c>POST /api/conversations</c>: read and write messages.</summary>
internal sealed class MessagesApi(
    MessageList messages, Reply reply, RetrySend retry, Idempotency idempotency, MessageSender sender, ChannelDirectory channels, ContactStore contacts, ThreadKeys keys, ThreadStore threads, TimeProvider time)
{
    /// <summary>Generous for any channel; a channel's own bound is its sender's to name.</summary>
    public const int LongestText = 20_000;

    private const int BodyBytes = 256 * 1024;
    private const int LongestKey = 255;

    /// <summary>Newest first; with <c>?after=</c> oldest first.</summary>
    public async Task<IResult> ListAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        var (after, before) = (context.Request.Query["after"].ToString(), context.Request.Query["before"].ToString());
        if (after.Length > 0 && before.Length > 0) return Problems.Invalid("after", "can't stand beside 'before'");
        var forward = after.Length > 0;
        var from = page.Cursor ?? (forward ? after : before);
        if (from.Length > 0 && ThreadKeys.Message(from) is null) return Problems.Invalid(page.Cursor is null ? (forward ? "after" : "before") : "cursor", "is no message's id");
        if (!await ExistsAsync(id, cancellation)) return ConversationsApi.None();
        var found = forward
            ? await messages.AfterAsync(id, from, page.Limit, cancellation)
            : await messages.BeforeAsync(id, from.Length == 0 ? null : from, page.Limit, cancellation);
        return TypedResults.Json(new Page<MessageView>([.. found.Items.Select(MessageView.Of)], found.Next), ConversationsApiJson.Default.PageMessageView);
    }

    public async Task<IResult> GetAsync(string id, string messageId, CancellationToken cancellation) =>
        await threads.MessageAsync(id, messageId, cancellation) is { } stored
            ? TypedResults.Json(MessageView.Of(stored), ConversationsApiJson.Default.MessageView)
            : Problems.NotFound("There is no such message.");

    public async Task<IResult> SendAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadAsync(context, ConversationsApiJson.Default.NewMessage, BodyBytes, cancellation);
        if (!body.Ok(out var message, out var problem)) return problem;
        if (TextProblem(message) is { } mistake) return mistake;
        if (ThreadKeys.Conversation(id) is not { } key) return ConversationsApi.None();
        if (DedupeOf(context, out problem) is var dedupe && problem is not null) return problem;
        var now = time.GetUtcNow();
        var messageId = ThreadKeys.MessagePrefix + Ids.NewUlid(now) + key.Thread;
        var draft = new Draft(messageId, message.Kind, message.Text!, context.Caller(), dedupe, Hash(body.Bytes), message.ChannelId, now);
        return Answer(context, await reply.RunAsync(id, draft, cancellation));
    }

    public async Task<IResult> StartAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadAsync(context, ConversationsApiJson.Default.NewConversation, BodyBytes, cancellation);
        if (!body.Ok(out var request, out var problem)) return problem;
        if (request.ContactId is null || await contacts.FindAsync(request.ContactId, cancellation) is not { } contact) return Problems.Invalid("contactId", "there is no such contact");
        if (await ChannelAsync(request, cancellation) is not { } channel) return Problems.Invalid(request.ChannelId is null ? "kind" : "channelId", "there is no such channel that can send");
        if (contact.Contact.Phones.Count == 0) return Problems.Unprocessable($"The contact has no address for {channel.Kind}.");
        if (request.Subject is not null) return Problems.Invalid("subject", $"{channel.Kind} has none");
        if (TextProblem(new NewMessage { Text = request.Text }) is { } mistake) return mistake;
        if (DedupeOf(context, out problem) is var dedupe && problem is not null) return problem;
        return Answer(context, await StartAsync(context.Caller(), channel, contact.Contact, request.Text!, dedupe, Hash(body.Bytes), cancellation));
    }

    public Task<IResult> RetryAsync(HttpContext context, string id, string messageId, CancellationToken cancellation) =>
        idempotency.RunAsync(context, ReadOnlyMemory<byte>.Empty, _ => RetryAsync(id, messageId, cancellation), cancellation);

    private async Task<Outcome> RetryAsync(string id, string messageId, CancellationToken cancellation) => await retry.RunAsync(id, messageId, cancellation) switch
    {
        ConversationOutcome.Said said => Outcome.Of(Http.Answer.Ok(1, MessageView.Of(said.Message), ConversationsApiJson.Default.MessageView) with { ETag = null }),
        ConversationOutcome.Refused refused => Outcome.Refused(Problems.Conflict(refused.Why)),
        _ => Outcome.Refused(Problems.NotFound("There is no such message.")),
    };

    private async Task<ConversationOutcome> StartAsync(
        Caller caller, Channel channel, Contact contact, string text, string? dedupe, string hash, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var thread = await keys.OfAsync(channel.Id, new Address(AddressKind.Phone, contact.Phones[0]), cancellation);
        var ulid = Ids.NewUlid(now);
        var head = new ThreadHead { ChannelId = channel.Id, Address = contact.Phones[0], ContactId = contact.Id, ContactName = contact.Name };
        var conversation = new Conversation
        {
            Id = ThreadKeys.ConversationPrefix + ulid + thread,
            ChannelId = channel.Id,
            ChannelKind = channel.Kind,
            Address = contact.Phones[0],
            ContactId = contact.Id,
            ContactName = contact.Name,
            CreatedAt = now,
            LastActivityAt = now,
        };
        var draft = new Draft(ThreadKeys.MessagePrefix + ulid + thread, MessageKind.Reply, text, caller, dedupe, hash, null, now);
        return await reply.StartAsync(thread, head, conversation, draft, cancellation);
    }

    private async Task<Channel?> ChannelAsync(NewConversation request, CancellationToken cancellation)
    {
        var channel = request.ChannelId is { } id ? await channels.FindAsync(id, cancellation) : await channels.ActiveAsync(request.Kind ?? string.Empty, cancellation);
        return channel is { Archived: false } && (request.Kind is null || request.Kind == channel.Kind) && await sender.ForAsync(channel.Id, cancellation) is not null ? channel : null;
    }

    private async Task<bool> ExistsAsync(string id, CancellationToken cancellation) =>
        ThreadKeys.Conversation(id) is { } key && await threads.HeadAsync(key.Thread, cancellation) is { } found
        && (found.Head.Find(id) is not null || await threads.ClosedAsync(key.Thread, key.Ulid, cancellation) is not null);

    private static IResult? TextProblem(NewMessage message)
    {
        if (message.Html is not null) return Problems.Invalid("html", "can't be expressed by this channel");
        if (message.Attachments is { Count: > 0 }) return Problems.Invalid("attachments", "can't be sent by this channel");
        if (string.IsNullOrWhiteSpace(message.Text)) return Problems.Invalid("text", "is required");
        if (message.Text.Length > LongestText) return Problems.Invalid("text", $"may have at most {LongestText} characters");
        return message.Text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? Problems.Invalid("text", "must not have control characters") : null;
    }

    // Callers' keys don't meet: two agents may use the same one.
    private static string? DedupeOf(HttpContext context, out IResult? problem)
    {
        problem = null;
        var header = context.Request.Headers[Idempotency.Header];
        if (header.Count == 0) return null;
        if (header.Count == 1 && header[0] is { Length: > 0 and <= LongestKey } key && key.All(c => c is >= '!' and <= '~'))
            return ThreadRows.Dedupe("request", $"{context.Caller().Key}|{context.Request.Path.Value?.ToLowerInvariant()}|{key}");
        problem = Problems.Invalid(Idempotency.Header, $"must be one value of 1 to {LongestKey} printable characters");
        return null;
    }

    private static string Hash(ReadOnlyMemory<byte> body) => Ids.Base32(SHA256.HashData(body.Span));

    private static IResult Answer(HttpContext context, ConversationOutcome outcome)
    {
        switch (outcome)
        {
            case ConversationOutcome.Said said:
                var view = MessageView.Of(said.Message);
                context.Response.Headers.Location = $"/api/conversations/{view.ConversationId}/messages/{view.Id}";
                return TypedResults.Json(view, ConversationsApiJson.Default.MessageView, statusCode: StatusCodes.Status201Created);
            case ConversationOutcome.Invalid invalid:
                return Problems.Invalid(invalid.Field, invalid.Message);
            case ConversationOutcome.Refused refused:
                return Problems.Conflict(refused.Why);
            case ConversationOutcome.OtherBody:
                return Problems.Unprocessable("This Idempotency-Key was used with another body.");
            default:
                return ConversationsApi.None();
        }
    }
}
