using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PPMessage.Local.Sandbox;

/// <summary><c>Messages</c>: sending, looking up, redacting, cancelling, deleting, listing.</summary>
internal sealed class MessagesApi(SandboxState state, Outbox outbox, SandboxOptions options, TimeProvider time)
{
    private static readonly HashSet<string> Cancelable = ["accepted", "scheduled", "queued"];
    private static readonly HashSet<string> Final = ["delivered", "undelivered", "failed", "received", "canceled", "sent", "read"];

    public void Map(IEndpointRouteBuilder api)
    {
        var messages = api.MapGroup("/Accounts/{account}");
        messages.MapPost("/Messages.json", (Delegate)CreateAsync);
        messages.MapGet("/Messages.json", List);
        messages.MapGet("/Messages/{sid}.json", Get);
        messages.MapPost("/Messages/{sid}.json", ChangeAsync);
        messages.MapDelete("/Messages/{sid}.json", Delete);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var account = context.Account();
        var request = SendRequest.Of(await context.FormAsync());
        var number = Number(account, request);
        if (SendRules.Refuse(request, account, number, state.IsBlocked) is { } refusal) return refusal.Result();
        return Answer(await outbox.SendAsync(account, request, number!), StatusCodes.Status201Created);
    }

    /// <summary>With a service, From only chooses among its pool.</summary>
    private SandboxNumber? Number(SandboxAccount account, SendRequest request) => state.Numbers(account.Sid).FirstOrDefault(number =>
        (request.From.Length == 0 || number.PhoneNumber == request.From) && (request.ServiceSid.Length == 0 || number.MessagingServiceSid == request.ServiceSid));

    private IResult List(HttpContext context)
    {
        var request = context.Request;
        if (MessageFilter.Of(request.Query, options.UnsentPassDateFilters) is not { } fits) return TwilioError.InvalidDate().Result();
        var all = state.Messages(context.Account().Sid);
        var cut = Cut<SandboxMessage>.Of(request.Query, all, message => message.Sid, message => !message.Deleted && fits(message));
        var page = new MessagesPage { Messages = [.. cut.Items.Select(MessageJson.Of)] };
        return TypedResults.Json(page.Placed(request, cut), TwilioJson.Wire.MessagesPage);
    }

    private IResult Get(HttpContext context, string sid) =>
        Find(context, sid) is { } message ? Answer(message) : TwilioError.NotFound(context.Request).Result();

    private async Task<IResult> ChangeAsync(HttpContext context, string sid)
    {
        if (Find(context, sid) is not { } message) return TwilioError.NotFound(context.Request).Result();
        var form = await context.FormAsync();
        if (form["Status"] == "canceled" && !Cancelable.Contains(message.Status)) return TwilioError.NotCancelable().Result();
        return Answer(state.Change(sid, current => current with
        {
            Status = form["Status"] == "canceled" ? "canceled" : current.Status,
            Body = form.TryGetValue("Body", out var body) && body.ToString().Length == 0 ? "" : current.Body,
            UpdatedAt = time.GetUtcNow(),
        })!);
    }

    private IResult Delete(HttpContext context, string sid)
    {
        if (Find(context, sid) is not { } message) return TwilioError.NotFound(context.Request).Result();
        if (!Final.Contains(message.Status)) return TwilioError.NotComplete().Result();
        state.Change(sid, current => current with { Deleted = true, Body = "", Media = [] });
        return TypedResults.NoContent();
    }

    private SandboxMessage? Find(HttpContext context, string sid) =>
        state.Message(sid) is { Deleted: false } message && message.AccountSid == context.Account().Sid ? message : null;

    private static JsonHttpResult<MessageJson> Answer(SandboxMessage message, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(MessageJson.Of(message), TwilioJson.Wire.MessageJson, statusCode: status);
}

/// <summary>
/// To, From, DateSent (that day, GMT), <c>DateSent&gt;</c> and <c>DateSent&lt;</c> (from, until; a date or an instant).
/// Times are compared to the second, as Twilio keeps them.
/// </summary>
internal static class MessageFilter
{
    private static readonly string[] Dates = ["DateSent", "DateSent>", "DateSent<"];

    /// <summary>Null when a date can't be read.</summary>
    public static Func<SandboxMessage, bool>? Of(IQueryCollection query, bool unsentPass)
    {
        var (to, from) = (query["To"].ToString(), query["From"].ToString());
        if (Dates.Any(name => query.ContainsKey(name) && Instant(query[name]) is null)) return null;
        var (on, after, before) = (Instant(query["DateSent"]), Instant(query["DateSent>"]), Instant(query["DateSent<"]));
        var isDated = Dates.Any(query.ContainsKey);
        return message =>
            (to.Length == 0 || message.To == to)
            && (from.Length == 0 || message.From == from)
            && (!isDated || (message.SentAt is { } sent ? Dated(Second(sent), on, after, before) : unsentPass));
    }

    private static bool Dated(DateTimeOffset sent, DateTimeOffset? on, DateTimeOffset? after, DateTimeOffset? before) =>
        (on is null || sent.UtcDateTime.Date == on.Value.UtcDateTime.Date)
        && (after is null || sent >= Second(after.Value))
        && (before is null || sent <= Second(before.Value));

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;

    private static DateTimeOffset Second(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerSecond));
}
