using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Inbound;
using PPMessage.Storage;

namespace PPMessage.Twilio;

/// <summary>
/// Twilio's callbacks: find the channel by the key in the URL, read, verify, parse, make durable and act, answer. Primary and fall-back URL are the same.
/// The status code tells Twilio what to do: 2xx we have it, 4xx never send that again, 5xx try again (where the URL's retry policy says so).
/// </summary>
internal sealed class TwilioCallbacks(
    ChannelDirectory channels, InboundRoot inbound, PPMessageOptions options, TimeProvider time, ILogger<TwilioCallbacks> log)
{
    private const string NoReply = """<?xml version="1.0" encoding="UTF-8"?><Response/>""";

    private static readonly string[] Methods = [HttpMethods.Post, HttpMethods.Get];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/hooks/{key}/sms", Methods, (string key, HttpContext context, TwilioCallbacks callbacks) =>
            callbacks.AnswerAsync(context, key, callbacks.MessageAsync)).Describe(TwilioOperations.Message);
        routes.MapMethods("/hooks/{key}/sms/status", Methods, (string key, HttpContext context, TwilioCallbacks callbacks) =>
            callbacks.AnswerAsync(context, key, callbacks.StatusAsync)).Describe(TwilioOperations.Status);
    }

    private async Task<IResult> AnswerAsync(HttpContext context, string key, Func<Channel, TwilioFields, TwilioFields, Task<IResult>> act)
    {
        using var span = Telemetry.StartCallback("sms");
        try
        {
            if (await FindAsync(key, context.RequestAborted) is not { } channel) return Refuse("none", Problems.NotFound("No channel has this key."), "unknown key");
            var (request, refusal) = await TwilioRequest.ReadAsync(context, options.PublicBaseUrl, context.RequestAborted);
            if (request is null) return Refuse(channel.Id, refusal!, "unreadable");
            if (!request.IsSignedWith(channels.Secret(channel, TwilioChannels.AuthToken), channels.Secret(channel, TwilioChannels.SecondaryAuthToken)))
                return Refuse(channel.Id, Problems.Forbidden("The signature is not Twilio's."), "wrong signature");
            if (request.Json is { } json) return await OddAsync(channel, new TwilioFields([new("body", Encoding.UTF8.GetString(json))]), "a JSON body");
            var fields = request.Fields(context.Request.Method);
            if (fields.Filled("AccountSid") is { } account && account != channel.Setting(TwilioChannels.AccountSid))
                return Refuse(channel.Id, Problems.Forbidden("The channel belongs to another account."), "another account");
            return await act(channel, fields, new TwilioFields(request.Query));
        }
        catch (Exception e) when (e is StoreException or SecretUnreadableException)
        {
            log.NotTaken(e);
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "Not taken", "Try again.");
        }
    }

    private async ValueTask<Channel?> FindAsync(string key, CancellationToken cancellation) =>
        await channels.FindByHookKeyAsync(key, cancellation) is { Provider: "twilio", Kind: "sms" } channel ? channel : null;

    // From here on Twilio's patience does not matter: it does not come again by itself, so what was proven is taken in even when nobody waits for the answer.
    private async Task<IResult> MessageAsync(Channel channel, TwilioFields fields, TwilioFields query)
    {
        if (channel.Archived || !channel.InboundEnabled) return await TurnAwayAsync(channel, fields);
        var (message, odd) = TwilioInbound.Parse(channel, fields, time.GetUtcNow());
        if (message is null) return await OddAsync(channel, fields, odd!);
        if (odd is not null) log.OddMessage(channel.Id, message.ProviderId, odd);
        await inbound.ReceiveAsync(channel, message, CancellationToken.None);
        return Counted("accepted", Silence());
    }

    private async Task<IResult> StatusAsync(Channel channel, TwilioFields fields, TwilioFields query)
    {
        var (report, odd, unknownWord) = TwilioReport.Parse(fields, query, time.GetUtcNow());
        if (odd is not null) return await OddAsync(channel, fields, odd);
        if (report is null)
        {
            log.UnknownWord(channel.Id, fields["MessageSid"]!, unknownWord!);
            return Counted("odd", TypedResults.NoContent());
        }

        await inbound.ReportAsync(channel, report, CancellationToken.None);
        return Counted("accepted", TypedResults.NoContent());
    }

    private async Task<IResult> TurnAwayAsync(Channel channel, TwilioFields fields)
    {
        await inbound.TurnAwayAsync(channel, fields["MessageSid"]);
        log.InboundDisabled(channel.Id, fields["MessageSid"]);
        return Counted("disabled", Silence());
    }

    /// <summary>Twilio signed it, so it is kept; a repetition would be no better, so it is answered as taken.</summary>
    private async Task<IResult> OddAsync(Channel channel, TwilioFields fields, string reason)
    {
        await inbound.KeepOddAsync(channel, fields.All, reason, CancellationToken.None);
        log.Odd(channel.Id, reason);
        return Counted("odd", Silence());
    }

    private IResult Refuse(string channel, IResult answer, string reason)
    {
        log.Refused(channel, reason);
        return Counted("refused", answer);
    }

    // Text of any other type might be sent to the customer.
    private static ContentHttpResult Silence() => TypedResults.Text(NoReply, "text/xml");

    private static IResult Counted(string outcome, IResult answer)
    {
        Telemetry.CountCallback("sms", outcome);
        return answer;
    }
}
