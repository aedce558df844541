using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Inbound;

namespace PPMessage.Twilio;

/// <summary>Takes in messages whose callback never arrived: by default Twilio tries once and then forgets.</summary>
internal sealed class TwilioMissedTexts(TwilioClient twilio, InboundRoot inbound, ILogger<TwilioMissedTexts> log) : TwilioErrand
{
    /// <summary>A callback has 15 s, and its retries lie within them.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(2);

    public override TimeSpan Overlap => TimeSpan.FromMinutes(10);

    public override string Row(Channel channel) => channel.Id;

    public override TwilioSweep Over(Channel channel, DateTimeOffset from, DateTimeOffset until) => new TwilioReceived(channel, from, until);

    public override async Task<bool> TakeInAsync(Channel channel, TwilioAccount account, DateTimeOffset at, TwilioResource item, CancellationToken cancellation)
    {
        if (TwilioReceived.Read(channel, at, item) is not { } message || await inbound.KnowsAsync(channel, message.From, message.ProviderId, cancellation)) return true;
        if (item["num_media"] is not (null or "0"))
        {
            if (await MediaAsync(channel, account, message.ProviderId, cancellation) is not { } media) return false;
            message = message with { Media = media };
        }

        await inbound.ReceiveAsync(channel, message, cancellation);
        log.CaughtUp(channel.Id, message.ProviderId);
        return true;
    }

    /// <summary>Null: not now. Files that Twilio refuses to list for good must not hold up the text, nor the messages behind it.</summary>
    private async Task<IReadOnlyList<InboundMedia>?> MediaAsync(Channel channel, TwilioAccount account, string messageSid, CancellationToken cancellation)
    {
        var answer = await twilio.ListMediaAsync(account, messageSid, cancellation);
        if (answer.IsSuccess && TwilioResource.ParsePage(answer.Body, "media_list") is { } page)
            return [.. page.Items.Take(TwilioInbound.MostMedia).Select(media => Media(account, messageSid, media))];
        log.CatchUpRefused(channel.Id, answer.Status, answer.CodeText);
        return answer.Status is >= 400 and < 500 and not (401 or 408 or 429) ? [] : null;
    }

    private static InboundMedia Media(TwilioAccount account, string messageSid, TwilioResource media) => new(
        new Uri(account.BaseUrl, $"{account.Path}/Messages/{messageSid}/Media/{media["sid"]}").AbsoluteUri,
        media["content_type"] ?? TwilioInbound.UnknownContentType);
}
