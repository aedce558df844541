using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Mailgun;

/// <summary>
/// Mailgun's callbacks: find the channel by the key in the URL, read, verify, parse, make durable and act, answer. The status code tells Mailgun what to do:
/// 200 we have it, 406 never again, anything else again for about eight hours, after which the mail is lost. So 406 is for what no repair on our side would
/// make good. Source: documentation.mailgun.com, "Receiving messages via HTTP through a forward() action".
/// </summary>
internal sealed class MailgunCallbacks(ChannelDirectory channels, ConfirmedKeys keys, MailgunMails mails, MailgunEvents events, TimeProvider time, ILogger<MailgunCallbacks> log)
{
    private delegate Task<IResult> Act(Channel channel, MailgunRequest request);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/hooks/{key}/email", (string key, HttpContext context, MailgunCallbacks callbacks) =>
            callbacks.AnswerAsync(context, key, (channel, request) => callbacks.MailAsync(channel, request, wantsMime: false))).Describe(MailgunOperations.Parsed);
        routes.MapPost("/hooks/{key}/email/mime", (string key, HttpContext context, MailgunCallbacks callbacks) =>
            callbacks.AnswerAsync(context, key, (channel, request) => callbacks.MailAsync(channel, request, wantsMime: true))).Describe(MailgunOperations.Mime);
        routes.MapPost("/hooks/{key}/email/events", (string key, HttpContext context, MailgunCallbacks callbacks) =>
            callbacks.AnswerAsync(context, key, callbacks.EventAsync)).Describe(MailgunOperations.Event);
    }

    private async Task<IResult> AnswerAsync(HttpContext context, string key, Act act)
    {
        using var span = Telemetry.StartCallback("email");
        try
        {
            if (await FindAsync(key, context.RequestAborted) is not { } channel) return Refuse("none", Problems.NotFound("No channel has this key."), "unknown key");
            var (request, refusal) = await MailgunRequest.ReadAsync(context, context.RequestAborted);
            if (request is null) return Refuse(channel.Id, refusal!, "unreadable");
            await using var read = request;
            // From here on nobody's patience matters: what was proven is taken in even when nobody waits for the answer.
            return await RefusalAsync(channel, request.Signature) ?? await act(channel, request);
        }
        catch (Exception e) when (e is StoreException or SecretUnreadableException)
        {
            log.NotTaken(e);
            return Counted("refused", NotNow("It could not be stored."));
        }
    }

    private async ValueTask<Channel?> FindAsync(string key, CancellationToken cancellation) =>
        await channels.FindByHookKeyAsync(key, cancellation) is { Provider: "mailgun", Kind: "email" } channel ? channel : null;

    /// <summary>Null: Mailgun signed it, and lately.</summary>
    private async Task<IResult?> RefusalAsync(Channel channel, MailgunSignature? signature)
    {
        if (signature is null) return Refuse(channel.Id, Never("timestamp, token or signature is missing."), "no signature");
        if (channels.SecretOrNull(channel, MailgunChannels.WebhookSigningKey) is not { Length: > 0 } key)
        {
            log.NoSigningKey(channel.Id);
            return Counted("refused", NotNow("The channel's webhook signing key is not set or can't be read."));
        }

        if (!signature.IsSignedWith(key)) return await WronglySignedAsync(channel);
        await keys.ConfirmAsync(channel, CancellationToken.None);
        return signature.IsFresh(time.GetUtcNow()) ? null : Refuse(channel.Id, Never("The timestamp is too old, ahead of time, or none."), "stale signature");
    }

    // With a key that was never right the mistake may be ours: then the mail has to wait at Mailgun until somebody repairs it.
    private async Task<IResult> WronglySignedAsync(Channel channel)
    {
        if (await keys.IsConfirmedAsync(channel, CancellationToken.None))
        {
            await mails.NoteAsync(channel, Misroutings.WrongSignature);
            return Refuse(channel.Id, Never("The signature is not Mailgun's."), "wrong signature");
        }

        log.KeyInDoubt(channel.Id);
        return Counted("refused", NotNow("The signature does not fit the channel's webhook signing key, which was never proven right."));
    }

    private async Task<IResult> MailAsync(Channel channel, MailgunRequest request, bool wantsMime) => request.Form switch
    {
        null => await MisroutedAsync(channel, Misroutings.EventsOnMailUrl),
        var form when IsEvent(form) => await MisroutedAsync(channel, Misroutings.FormEvent),
        _ when channel.Archived || !channel.InboundEnabled => await TurnAwayAsync(channel, request.Form),
        var form => await TakeAsync(channel, request.Signature!, form, wantsMime),
    };

    private async Task<IResult> TakeAsync(Channel channel, MailgunSignature signature, MailgunForm form, bool wantsMime)
    {
        if (MailgunMails.IsNotification(form))
        {
            await mails.KeepNotificationAsync(channel, form);
            return Counted("odd", TypedResults.Ok());
        }

        await mails.ReceiveAsync(channel, signature, form, wantsMime);
        if (wantsMime != form.Mime(wantsMime) is not null) await mails.NoteAsync(channel, wantsMime ? Misroutings.ParsedOnMimeUrl : Misroutings.MimeOnParsedUrl);
        return Counted("accepted", TypedResults.Ok());
    }

    private async Task<IResult> EventAsync(Channel channel, MailgunRequest request)
    {
        if (request.Form is { } form) return await MisroutedAsync(channel, IsEvent(form) ? Misroutings.FormEvent : Misroutings.MailOnEventsUrl);
        return Counted(await events.TakeAsync(channel, request.Json), TypedResults.Ok());
    }

    // Any header of a mail is a field, so a mail may well have one named "event".
    private static bool IsEvent(MailgunForm form) =>
        form.Has(MailgunFields.Event) && !form.Has(MailgunFields.Sender) && !form.Has(MailgunFields.From) && !form.Parts.Any(part => MailgunFields.IsBody(part.Name));

    private async Task<IResult> MisroutedAsync(Channel channel, string what)
    {
        await mails.NoteAsync(channel, what);
        return Counted("refused", Problems.Unprocessable(what));
    }

    private async Task<IResult> TurnAwayAsync(Channel channel, MailgunForm form)
    {
        await mails.TurnAwayAsync(channel, form);
        return Counted("disabled", Never("The channel takes no mail."));
    }

    private IResult Refuse(string channel, IResult answer, string reason)
    {
        log.Refused(channel, reason);
        return Counted("refused", answer);
    }

    private static IResult Never(string detail) => Problems.Of(StatusCodes.Status406NotAcceptable, "Refused", detail);

    private static IResult NotNow(string detail) => Problems.Of(StatusCodes.Status503ServiceUnavailable, "Not taken", detail + " Try again.");

    private static IResult Counted(string outcome, IResult answer)
    {
        Telemetry.CountCallback("email", outcome);
        return answer;
    }
}
