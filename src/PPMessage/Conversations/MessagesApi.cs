using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Conversations.Sending;
using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary><c>/api/conversations/{id}/messages</c>: read and write messages.</summary>
internal sealed class MessagesApi(
    MessageList messages, Reply reply, RetrySend retry, Idempotency idempotency, ThreadStore threads, Contents contents, TimeProvider time)
{
    /// <summary>The files of a message in base64, and its texts.</summary>
    public const int BodyBytes = (Written.MostBytes / 3 * 4) + (2 * 1024 * 1024);

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
        if (await ContactOfAsync(id, cancellation) is not { } contact) return ConversationsApi.None();
        var found = forward
            ? await messages.AfterAsync(id, from, page.Limit, cancellation)
            : await messages.BeforeAsync(id, from.Length == 0 ? null : from, page.Limit, cancellation);
        return TypedResults.Json(new Page<MessageView>([.. found.Items.Select(item => MessageView.Of(item, contact: contact))], found.Next), ConversationsApiJson.Default.PageMessageView);
    }

    public async Task<IResult> GetAsync(string id, string messageId, CancellationToken cancellation) =>
        await threads.MessageAsync(id, messageId, cancellation) is { } stored
            ? TypedResults.Json(MessageView.Of(stored, await contents.ReadAsync(stored.Message, cancellation), await ContactOfAsync(id, cancellation)), ConversationsApiJson.Default.MessageView)
            : Problems.NotFound("There is no such message.");

    public async Task<IResult> SendAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadAsync(context, ConversationsApiJson.Default.NewMessage, BodyBytes, cancellation);
        if (!body.Ok(out var message, out var problem)) return problem;
        if (Written.Of(message.Text, message.Html, message.Attachments, out problem) is not { } written) return problem!;
        if (ThreadKeys.Conversation(id) is not { } key) return ConversationsApi.None();
        if (DedupeOf(context, out problem) is var dedupe && problem is not null) return problem;
        var now = time.GetUtcNow();
        var messageId = ThreadKeys.MessagePrefix + Ids.NewUlid(now) + key.Thread;
        var draft = new Draft(messageId, message.Kind, written.Text, context.Caller(), dedupe, Hash(body.Bytes), message.ChannelId, now)
        {
            Html = written.Html,
            Files = written.Files,
            Quote = message.Quote,
        };
        return await AnswerAsync(context, await reply.RunAsync(id, draft, cancellation), contents, cancellation);
    }

    public Task<IResult> RetryAsync(HttpContext context, string id, string messageId, CancellationToken cancellation) =>
        idempotency.RunAsync(context, ReadOnlyMemory<byte>.Empty, _ => RetryAsync(id, messageId, cancellation), cancellation);

    // Callers' keys don't meet: two agents may use the same one.
    public static string? DedupeOf(HttpContext context, out IResult? problem)
    {
        problem = null;
        var header = context.Request.Headers[Idempotency.Header];
        if (header.Count == 0) return null;
        if (header.Count == 1 && header[0] is { Length: > 0 and <= LongestKey } key && key.All(c => c is >= '!' and <= '~'))
            return ThreadRows.Dedupe("request", $"{context.Caller().Key}|{context.Request.Path.Value?.ToLowerInvariant()}|{key}");
        problem = Problems.Invalid(Idempotency.Header, $"must be one value of 1 to {LongestKey} printable characters");
        return null;
    }

    public static string Hash(ReadOnlyMemory<byte> body) => Ids.Base32(SHA256.HashData(body.Span));

    public static async Task<IResult> AnswerAsync(HttpContext context, ConversationOutcome outcome, Contents contents, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case ConversationOutcome.Said said:
                var view = MessageView.Of(said.Message, await contents.ReadAsync(said.Message.Message, cancellation));
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

    private async Task<Outcome> RetryAsync(string id, string messageId, CancellationToken cancellation) => await retry.RunAsync(id, messageId, cancellation) switch
    {
        ConversationOutcome.Said said => Outcome.Of(Http.Answer.Ok(1, MessageView.Of(said.Message), ConversationsApiJson.Default.MessageView) with { ETag = null }),
        ConversationOutcome.Refused refused => Outcome.Refused(Problems.Conflict(refused.Why)),
        _ => Outcome.Refused(Problems.NotFound("There is no such message.")),
    };

    /// <summary>Whose conversation it is; null: there is none.</summary>
    private async Task<Author?> ContactOfAsync(string id, CancellationToken cancellation)
    {
        if (ThreadKeys.Conversation(id) is not { } key || await threads.HeadAsync(key.Thread, cancellation) is not { } found) return null;
        var conversation = found.Head.Find(id) ?? (await threads.ClosedAsync(found.Head, key.Thread, key.Ulid, cancellation))?.Conversation;
        return conversation is null ? null : new Author(AuthorType.Contact, conversation.ContactId, conversation.ContactName);
    }
}
