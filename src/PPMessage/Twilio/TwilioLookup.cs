namespace PPMessage.Twilio;

/// <summary>The account as its own auth token opens it. Nothing of the answer is kept that has the token in it.</summary>
/// <param name="Answer">Without its body where that is the account.</param>
/// <param name="IsPrimary">Whether the token that opened it is the one that Twilio signs with; null: Twilio does not say.</param>
internal sealed record TwilioStanding(TwilioAnswer Answer, string? Status, string? Type, bool? IsPrimary)
{
    public static TwilioStanding Of(TwilioAnswer answer, string token)
    {
        if (!answer.IsSuccess) return new(answer, null, null, null);
        var account = TwilioResource.Parse(answer.Body);
        return new(answer with { Body = string.Empty }, account?["status"], account?["type"], account?["auth_token"] is { } primary ? primary == token : null);
    }
}

/// <param name="Number">Null: not there, or not to be known.</param>
internal sealed record TwilioFoundNumber(TwilioAnswer Answer, TwilioNumber? Number);

/// <summary>The Messaging Service that has the number in its pool; where the channel has no number, the channel's own.</summary>
/// <param name="Service">Null: none has, or it is not to be known.</param>
/// <param name="Configured">Whether <paramref name="Service"/> is the one that the channel names; null: it names none.</param>
/// <param name="IsMissing">The channel names one that does not exist.</param>
/// <param name="Refusal">What kept us from looking; null: nothing.</param>
/// <param name="IsPartial">The account has more services than are looked at.</param>
internal sealed record TwilioPool(TwilioService? Service, bool? Configured, bool IsMissing = false, TwilioAnswer? Refusal = null, bool IsPartial = false)
{
    public static readonly TwilioPool None = new(null, null);
}

/// <summary>Asks Twilio how a channel's number and services stand. A number's service can't be asked for; each service has to be asked for the number. Thread-safe.</summary>
internal sealed class TwilioLookup(TwilioClient twilio)
{
    /// <summary>How many services are asked, those that override their numbers' URLs first.</summary>
    public const int MostServices = 20;

    public async Task<TwilioStanding> StandingAsync(TwilioAccount byToken, CancellationToken cancellation) =>
        TwilioStanding.Of(await twilio.GetAccountAsync(byToken, cancellation), byToken.Password);

    /// <summary>Whether messages can be listed at all.</summary>
    public Task<TwilioAnswer> ListingAsync(TwilioAccount account, CancellationToken cancellation) =>
        twilio.ListMessagesAsync(account, [new("PageSize", "1")], cancellation);

    public async Task<TwilioFoundNumber> NumberAsync(TwilioAccount account, string phoneNumber, CancellationToken cancellation)
    {
        var answer = await twilio.FindNumbersAsync(account, phoneNumber, cancellation);
        var page = answer.IsSuccess ? TwilioSetupJson.Read(answer.Body, TwilioSetupJson.Default.TwilioNumbersPage) : null;
        if (answer.IsSuccess && page?.IncomingPhoneNumbers is null) return new(Unreadable(answer, "list of numbers"), null);
        return new(answer, page?.IncomingPhoneNumbers?.FirstOrDefault(number => number.PhoneNumber == phoneNumber));
    }

    /// <param name="named">The service that the channel names.</param>
    public async Task<TwilioPool> PoolAsync(TwilioAccount account, string? named, TwilioNumber? number, CancellationToken cancellation)
    {
        var own = named is null ? null : await twilio.GetServiceAsync(account, named, cancellation);
        if (own is { IsSuccess: false, Status: not 404 }) return new(null, false, Refusal: own);
        var service = own is { IsSuccess: true } ? TwilioSetupJson.Read(own.Body, TwilioSetupJson.Default.TwilioService) : null;
        if (own is { IsSuccess: true } && service is not { Sid.Length: > 0 }) return new(null, false, Refusal: Unreadable(own, "Messaging Service"));
        if (number is null) return new(service, named is null ? null : service is not null, IsMissing: own is { Status: 404 });
        if (service is not null)
        {
            var pooled = await twilio.GetPooledAsync(account, service.Sid, number.Sid, cancellation);
            if (pooled.IsSuccess) return new(service, true);
            if (pooled.Status != 404) return new(null, false, Refusal: pooled);
        }

        var found = await SearchAsync(account, number, named, cancellation);
        return found with { Configured = named is null ? null : false, IsMissing = own is { Status: 404 } };
    }

    private async Task<TwilioPool> SearchAsync(TwilioAccount account, TwilioNumber number, string? except, CancellationToken cancellation)
    {
        var list = await twilio.ListServicesAsync(account, cancellation);
        if (!list.IsSuccess) return TwilioPool.None with { Refusal = list };
        var page = TwilioSetupJson.Read(list.Body, TwilioSetupJson.Default.TwilioServicesPage);
        if (page?.Services is not { } services) return TwilioPool.None with { Refusal = Unreadable(list, "list of Messaging Services") };
        var others = services.Where(service => service.Sid != except).OrderBy(service => service.UseInboundWebhookOnNumber).ToList();
        foreach (var service in others.Take(MostServices))
        {
            var pooled = await twilio.GetPooledAsync(account, service.Sid, number.Sid, cancellation);
            if (pooled.IsSuccess) return new(service, null);
            if (pooled.Status != 404) return TwilioPool.None with { Refusal = pooled };
        }

        return TwilioPool.None with { IsPartial = others.Count > MostServices || page.Meta?.NextPageUrl is not null };
    }

    // A gateway's page is no absence.
    private static TwilioAnswer Unreadable(TwilioAnswer answer, string what) =>
        answer with { Status = 0, Reach = Http.ProviderReach.Unclear, Trouble = $"The {what} can't be read." };
}
