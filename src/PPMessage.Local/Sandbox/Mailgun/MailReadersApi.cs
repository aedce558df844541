using static PPMessage.Local.Sandbox.Control;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <param name="Url">Null: the first link of the mail.</param>
internal sealed record ClickRequest(string? Url = null);

/// <summary>What people do with a mail that they have got, as calls.</summary>
internal sealed class MailReadersApi(MailgunSandbox sandbox)
{
    public void Map(IEndpointRouteBuilder control)
    {
        var mails = control.MapGroup("/mailboxes/{mailbox}/received/{number}");
        mails.MapPost("/open", (HttpContext context, string mailbox, string number) => WithMailAsync(mailbox, number, mail => sandbox.Readers.OpenAsync(mail, context.RequestAborted)));
        mails.MapPost("/click", (Delegate)ClickAsync);
        mails.MapPost("/unsubscribe", (HttpContext context, string mailbox, string number) => WithMailAsync(mailbox, number, mail => sandbox.Readers.UnsubscribeAsync(mail, context.RequestAborted)));
        mails.MapPost("/complain", (HttpContext context, string mailbox, string number) => WithMailAsync(mailbox, number, mail => sandbox.Readers.ComplainAsync(mail, context.RequestAborted)));
    }

    private Task<IResult> ClickAsync(HttpContext context, string mailbox, string number)
    {
        Task<IResult> Click(string? url) => WithMailAsync(mailbox, number, mail => sandbox.Readers.ClickAsync(mail, url, context.RequestAborted));
        return context.Request.ContentLength is null or 0 ? Click(null) : WithAsync(context, MailControlJson.Wire.ClickRequest, request => Click(request.Url));
    }

    /// <param name="number">1 is the oldest; <c>last</c> is the newest.</param>
    private async Task<IResult> WithMailAsync(string mailbox, string number, Func<ReceivedMail, Task<MailDeed>> act)
    {
        var mails = sandbox.Received(mailbox);
        var found = number == "last" && mails is [.., var newest] ? newest : mails.FirstOrDefault(mail => $"{mail.Number}" == number);
        return found is { } mail
            ? TypedResults.Json(await act(mail), MailControlJson.Wire.MailDeed)
            : Problem(StatusCodes.Status404NotFound, $"{mailbox} has no mail {number}; 1 is the oldest, last the newest.");
    }
}
