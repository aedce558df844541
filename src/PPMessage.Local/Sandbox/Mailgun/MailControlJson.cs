using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <param name="To">An address or a list of them; may be left out of an answer.</param>
/// <param name="InReplyTo">A Message-Id, or <c>last</c>: answers the newest mail that the mailbox has got.</param>
internal sealed record WriteRequest(
    JsonElement To = default,
    JsonElement Cc = default,
    string? From = null,
    string? Subject = null,
    string? Text = null,
    string? Html = null,
    IReadOnlyList<AttachmentJson>? Attachments = null,
    string? InReplyTo = null,
    IReadOnlyList<string>? References = null)
{
    public MailToWrite Mail() => new()
    {
        To = Addresses(To),
        Cc = Addresses(Cc),
        From = From,
        Subject = Subject ?? "",
        Text = Text,
        Html = Html,
        Files = [.. (Attachments ?? []).Select(file => new MailFile(file.Name, file.ContentType, file.Base64, file.ContentId))],
        InReplyTo = InReplyTo?.Trim('<', '>'),
        References = References ?? [],
    };

    private static IReadOnlyList<string> Addresses(JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.String => [given.GetString()!],
        JsonValueKind.Array => [.. given.EnumerateArray().Select(one => one.ToString())],
        _ => [],
    };
}

internal sealed record AttachmentJson(string Name, byte[] Base64, string ContentType = "application/octet-stream", string? ContentId = null);

internal sealed record RouteRequest(string Expression, IReadOnlyList<string> Actions, int Priority = 0, string Description = "");

internal sealed record MailMisbehaveRequest(IReadOnlyList<JsonElement> Next);

internal sealed record PostJson(string Url, string Recipient, int? StatusCode, string Answer, string? Error)
{
    public static PostJson Of(MailPost post) => new(post.Url, post.Recipient, post.StatusCode, post.Calls[^1].Answer, post.Calls[^1].Error);
}

/// <param name="Number">1 is the oldest; names it at <c>…/received/{number}/mime</c>.</param>
/// <param name="Unsubscribe">Its List-Unsubscribe.</param>
/// <param name="Raw">The beginning of the mail, for people: bytes that are no UTF-8 are lost.</param>
internal sealed record ReceivedJson(
    int Number,
    string? MessageId,
    string? InReplyTo,
    IReadOnlyList<string> References,
    string From,
    IReadOnlyList<string> To,
    IReadOnlyList<string> Cc,
    IReadOnlyList<string> ReplyTo,
    string Subject,
    string? Text,
    string? Html,
    IReadOnlyList<string> Attachments,
    DateTimeOffset At,
    string? Unsubscribe,
    string Raw)
{
    private const int Shown = 64 * 1024;

    public static ReceivedJson Of(ReceivedMail mail) => new(
        mail.Number, mail.MessageId, mail.InReplyTo, mail.References, mail.From, mail.To, mail.Cc, mail.ReplyTo, mail.Subject, mail.Text, mail.Html,
        mail.Attachments, mail.At, mail.Header("List-Unsubscribe"), Beginning(mail.Mime));

    public static string Beginning(byte[] bytes) => Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, Shown)));
}

/// <param name="Body">Its beginning, for people.</param>
internal sealed record CallJson(
    string Kind, string Url, string ContentType, string Recipient, string Body, int Attempt, DateTimeOffset At, int? StatusCode, string Answer, string? Error)
{
    public static CallJson Of(MailCall call) => new(
        call.Kind, call.Url, call.ContentType, call.Recipient, ReceivedJson.Beginning(call.Body), call.Attempt, call.At, call.StatusCode, call.Answer, call.Error);
}

[JsonSerializable(typeof(WriteRequest))]
[JsonSerializable(typeof(ClickRequest))]
[JsonSerializable(typeof(MailDeed))]
[JsonSerializable(typeof(RouteRequest))]
[JsonSerializable(typeof(MailMisbehaveRequest))]
[JsonSerializable(typeof(MailMisbehaviour))]
[JsonSerializable(typeof(Items<MailMisbehaviour>))]
[JsonSerializable(typeof(Items<PostJson>))]
[JsonSerializable(typeof(Items<ReceivedJson>))]
[JsonSerializable(typeof(Items<CallJson>))]
[JsonSerializable(typeof(Items<ApiRequest>))]
[JsonSerializable(typeof(Items<SandboxRoute>))]
internal sealed partial class MailControlJson : JsonSerializerContext
{
    public static readonly MailControlJson Wire = new(ControlJson.Settings);
}
