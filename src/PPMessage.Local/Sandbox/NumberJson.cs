namespace PPMessage.Local.Sandbox;

/// <summary>Wire form of an IncomingPhoneNumber.</summary>
internal sealed record NumberJson
{
    public required string AccountSid { get; init; }
    public string AddressRequirements { get; init; } = "none";
    public string? AddressSid { get; init; }
    public string ApiVersion { get; init; } = "2010-04-01";
    public bool Beta { get; init; }
    public string? BundleSid { get; init; }
    public required CapabilitiesJson Capabilities { get; init; }
    public required string DateCreated { get; init; }
    public required string DateUpdated { get; init; }
    public string? EmergencyAddressSid { get; init; }
    public string EmergencyAddressStatus { get; init; } = "unregistered";
    public string EmergencyStatus { get; init; } = "Inactive";
    public required string FriendlyName { get; init; }
    public string? IdentitySid { get; init; }
    public string Origin { get; init; } = "twilio";
    public required string PhoneNumber { get; init; }
    public required string Sid { get; init; }
    public required string SmsApplicationSid { get; init; }
    public required string SmsFallbackMethod { get; init; }
    public required string SmsFallbackUrl { get; init; }
    public required string SmsMethod { get; init; }
    public required string SmsUrl { get; init; }
    public string Status { get; init; } = "in-use";
    public required string StatusCallback { get; init; }
    public required string StatusCallbackMethod { get; init; }
    public required string? TrunkSid { get; init; }
    public string Type { get; init; } = "local";
    public required string Uri { get; init; }
    public required string VoiceApplicationSid { get; init; }
    public bool VoiceCallerIdLookup { get; init; }
    public required string VoiceFallbackMethod { get; init; }
    public required string VoiceFallbackUrl { get; init; }
    public required string VoiceMethod { get; init; }
    public string VoiceReceiveMode { get; init; } = "voice";
    public required string VoiceUrl { get; init; }

    public static NumberJson Of(SandboxNumber number) => new()
    {
        AccountSid = number.AccountSid,
        Capabilities = new CapabilitiesJson(number.Voice, number.Sms, number.Mms, Fax: false),
        DateCreated = TwilioJson.Date(number.CreatedAt),
        DateUpdated = TwilioJson.Date(number.UpdatedAt),
        FriendlyName = number.FriendlyName,
        PhoneNumber = number.PhoneNumber,
        Sid = number.Sid,
        SmsApplicationSid = number.SmsApplicationSid,
        SmsFallbackMethod = number.SmsFallbackMethod,
        SmsFallbackUrl = number.SmsFallbackUrl,
        SmsMethod = number.SmsMethod,
        SmsUrl = number.SmsUrl,
        StatusCallback = number.StatusCallback,
        StatusCallbackMethod = number.StatusCallbackMethod,
        TrunkSid = number.TrunkSid,
        Uri = $"/2010-04-01/Accounts/{number.AccountSid}/IncomingPhoneNumbers/{number.Sid}.json",
        VoiceApplicationSid = number.VoiceApplicationSid,
        VoiceCallerIdLookup = number.VoiceCallerIdLookup,
        VoiceFallbackMethod = number.VoiceFallbackMethod,
        VoiceFallbackUrl = number.VoiceFallbackUrl,
        VoiceMethod = number.VoiceMethod,
        VoiceUrl = number.VoiceUrl,
    };
}
