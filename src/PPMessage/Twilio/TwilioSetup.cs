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
        var found = await NumberAsync(account, channel, cancellation);
        var credentials = TwilioCredentials.Of(channel, standing, listing, found?.Answer, Mistaken(channel));
        if (credentials.Any(check => check is { Name: TwilioCredentials.Name, Status: CheckStatus.Fail })) return credentials;

        var pool = await PoolAsync(account, channel, found?.Number, cancellation);
        var checks = new TwilioChecks(channel, await UrlsAsync(channel, cancellation), Wanted(channel));
        return [.. credentials, .. checks.OfNumber(found), .. checks.OfPool(found?.Number, pool), .. checks.OfTarget(found?.Number, pool.Service), TwilioChecks.OfListing(listing)];
    }

    public async Task<Survey> SurveyAsync(Channel channel, CancellationToken cancellation)
    {
        if (Account(channel) is not { } account) return new Survey([], NoSecret);
        var found = await NumberAsync(account, channel, cancellation);
        if (found is { Answer.IsSuccess: false }) return new Survey([], TwilioCredentials.Words("Twilio was asked for the number", found.Answer));
        if (found is { Number: null }) return new Survey([], $"The account {account.Sid} has no number {channel.Setting(TwilioChannels.PhoneNumber)}: see check.");
        var pool = await PoolAsync(account, channel, found?.Number, cancellation);
        if (pool.Refusal is { } refusal && (found is null || refusal.Status is < 400 or 429 or >= 500))
            return new Survey([], TwilioCredentials.Words("Twilio was asked for its Messaging Services", refusal));
        var urls = await UrlsAsync(channel, cancellation);
        if (found?.Number is { } number) return new Survey(TwilioPlaces.Of(urls, number, pool.Service, Wanted(channel)));
        return pool.Service is { } service
            ? new Survey(TwilioPlaces.Of(urls, service, Wanted(channel)))
            : new Survey([], "The channel's settings.messagingServiceSid names no Messaging Service of this account: see check.");
    }

    /// <inheritdoc/>
    /// <remarks>The number first: while its service still calls another, nothing is lost. One POST for each; which they are, the wishes say.</remarks>
    public async Task<string?> WriteAsync(Channel channel, IReadOnlyList<Wish> wishes, CancellationToken cancellation)
    {
        if (Account(channel) is not { } account) return NoSecret;
        foreach (var of in wishes.GroupBy(wish => wish.Resource))
        {
            var (ofNumber, ofService) = (TwilioPlaces.NumberForm(of).ToList(), TwilioPlaces.ServiceForm(of).ToList());
            if (ofNumber.Count > 0 && Refusal("number", await twilio.ChangeNumberAsync(account, of.Key ?? string.Empty, ofNumber, cancellation)) is { } number) return number;
            if (ofService.Count > 0 && Refusal("Messaging Service", await twilio.ChangeServiceAsync(account, of.Key ?? string.Empty, ofService, cancellation)) is { } service) return service;
        }

        return null;
    }

    private TwilioAccount? Account(Channel channel) => TwilioAccount.Of(channel, channels, options.TwilioBaseUrl);

    private string Wanted(Channel channel) => TwilioUrls.Inbound(options.PublicBaseUrl, channel.HookKey) + TwilioUrls.Retries;

    private Task<HookUrls> UrlsAsync(Channel channel, CancellationToken cancellation) => HookUrls.ReadAsync(options.PublicBaseUrl, channel, channels, cancellation);

    /// <summary>Null: the channel has none.</summary>
    private async Task<TwilioFoundNumber?> NumberAsync(TwilioAccount account, Channel channel, CancellationToken cancellation) =>
        channel.Setting(TwilioChannels.PhoneNumber) is { } phone ? await lookup.NumberAsync(account, phone, cancellation) : null;

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

    private static string? Refusal(string what, TwilioAnswer answer) =>
        answer.IsSuccess ? null : TwilioCredentials.Words($"Twilio was asked to change the {what}", answer);
}
