using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Twilio;

/// <summary>Asks Twilio what keeps a channel from working, and writes our URLs into its number or Messaging Service.</summary>
internal sealed class TwilioSetup(TwilioLookup lookup, TwilioClient twilio, ChannelDirectory channels, PPMessageOptions options) : IChannelSetup
{
    private const string NoSecret = "A secret of this channel is not set or can't be read, so Twilio can't be asked.";

    public async Task<IReadOnlyList<Check>> CheckAsync(Channel channel, CancellationToken cancellation)
    {
        if (TwilioAccount.ByToken(channel, channels, options.TwilioBaseUrl) is not { } byToken || Account(channel) is not { } account)
            return [Check.Fail("credentials", NoSecret, "Set secrets.authToken, and with settings.apiKeySid also secrets.apiKeySecret.")];
        var standing = await lookup.StandingAsync(byToken, cancellation);
        var listing = await lookup.ListingAsync(account, cancellation);
        var found = channel.Setting(TwilioChannels.PhoneNumber) is { } phone ? await lookup.NumberAsync(account, phone, cancellation) : null;
        var credentials = TwilioCredentials.Of(channel, standing, listing, found?.Answer, Mistaken(channel));
        if (credentials.Any(check => check is { Name: TwilioCredentials.Name, Status: CheckStatus.Fail })) return credentials;

        var pool = await PoolAsync(account, channel, found?.Number, cancellation);
        var target = TwilioChecks.TargetOf(channel, found?.Number, pool.Service);
        return
        [
            .. credentials,
            .. TwilioChecks.OfNumber(channel, found),
            .. TwilioChecks.OfPool(channel, found?.Number, pool),
            .. target is null || !channel.InboundEnabled ? [] : TwilioChecks.OfTarget(channel, target, Wanted(channel), await WhoseAsync(target.Url, cancellation)),
            TwilioChecks.OfListing(listing),
        ];
    }

    public async Task<Survey> SurveyAsync(Channel channel, CancellationToken cancellation)
    {
        var (places, _, _, problem) = await LookAsync(channel, cancellation);
        return new Survey(places, problem);
    }

    /// <inheritdoc/>
    /// <remarks>The number first: while its service still calls another, nothing is lost. One POST for each.</remarks>
    public async Task<string?> WriteAsync(Channel channel, IReadOnlyList<Wish> wishes, CancellationToken cancellation)
    {
        var (_, number, service, problem) = await LookAsync(channel, cancellation);
        if (problem is not null) return problem;
        var account = Account(channel)!;
        var (ofNumber, ofService) = (TwilioPlaces.NumberForm(wishes).ToList(), TwilioPlaces.ServiceForm(wishes).ToList());
        if (ofNumber.Count > 0 && number is not null && Refusal("number", await twilio.ChangeNumberAsync(account, number.Sid, ofNumber, cancellation)) is { } first) return first;
        if (ofService.Count == 0 || service is null) return null;
        return Refusal("Messaging Service", await twilio.ChangeServiceAsync(account, service.Sid, ofService, cancellation));
    }

    private async Task<Look> LookAsync(Channel channel, CancellationToken cancellation)
    {
        if (Account(channel) is not { } account) return Look.At(NoSecret);
        var phone = channel.Setting(TwilioChannels.PhoneNumber);
        var found = phone is null ? null : await lookup.NumberAsync(account, phone, cancellation);
        if (found is { Answer.IsSuccess: false }) return Look.At(TwilioCredentials.Words("Twilio was asked for the number", found.Answer));
        if (found is { Number: null }) return Look.At($"The account {account.Sid} has no number {phone}: see check.");
        var pool = await PoolAsync(account, channel, found?.Number, cancellation);
        if (pool.Refusal is { } refusal && (phone is null || refusal.Status is < 400 or 429 or >= 500))
            return Look.At(TwilioCredentials.Words("Twilio was asked for its Messaging Services", refusal));
        if (found?.Number is { } number) return new(TwilioPlaces.Of(channel, number, pool.Service, Wanted(channel)), number, pool.Service, null);
        return pool.Service is { } service
            ? new(TwilioPlaces.Of(channel, service, Wanted(channel)), null, service, null)
            : Look.At("The channel's settings.messagingServiceSid names no Messaging Service of this account: see check.");
    }

    private TwilioAccount? Account(Channel channel) => TwilioAccount.Of(channel, channels, options.TwilioBaseUrl);

    private string Wanted(Channel channel) => TwilioUrls.Inbound(options.PublicBaseUrl, channel.HookKey) + TwilioUrls.Retries;

    // Without a number there is nothing to ask each service for.
    private Task<TwilioPool> PoolAsync(TwilioAccount account, Channel channel, TwilioNumber? number, CancellationToken cancellation)
    {
        var service = channel.Setting(TwilioChannels.MessagingServiceSid);
        return service is null && number is null ? Task.FromResult(TwilioPool.None) : lookup.PoolAsync(account, service, number, cancellation);
    }

    private TwilioMistakes Mistaken(Channel channel)
    {
        var (token, key) = (channels.SecretOrNull(channel, TwilioChannels.AuthToken), channels.SecretOrNull(channel, TwilioChannels.ApiKeySecret));
        return new(KeyWithToken: key is not null && key == token, HasSecondary: channel.Secrets.ContainsKey(TwilioChannels.SecondaryAuthToken));
    }

    /// <summary>The other channel of ours that a URL names.</summary>
    private async Task<Channel?> WhoseAsync(string? url, CancellationToken cancellation)
    {
        if (url is null || url.IndexOf("/hooks/", StringComparison.Ordinal) is not (>= 0 and var at)) return null;
        return await channels.FindByHookKeyAsync(url[(at + "/hooks/".Length)..].Split('/', '?', '#')[0], cancellation);
    }

    private static string? Refusal(string what, TwilioAnswer answer) =>
        answer.IsSuccess ? null : TwilioCredentials.Words($"Twilio was asked to change the {what}", answer);

    private sealed record Look(IReadOnlyList<Place> Places, TwilioNumber? Number, TwilioService? Service, string? Problem)
    {
        public static Look At(string problem) => new([], null, null, problem);
    }
}
