namespace PPMessage.Local.Sandbox;

/// <summary>What a form changes of a number; fields that it does not name stay.</summary>
internal static class NumberChange
{
    private static readonly string[] Urls = ["SmsUrl", "SmsFallbackUrl", "VoiceUrl", "VoiceFallbackUrl", "StatusCallback"];
    private static readonly string[] Methods = ["SmsMethod", "SmsFallbackMethod", "VoiceMethod", "VoiceFallbackMethod", "StatusCallbackMethod"];

    public static TwilioError? Refuse(IFormCollection form) => CallbackForm.Refuse(form, Urls, Methods);

    public static SandboxNumber Apply(SandboxNumber number, IFormCollection form) => Exclusive(number with
    {
        FriendlyName = Text(form, "FriendlyName", number.FriendlyName),
        SmsUrl = Text(form, "SmsUrl", number.SmsUrl),
        SmsMethod = Method(form, "SmsMethod", number.SmsMethod),
        SmsFallbackUrl = Text(form, "SmsFallbackUrl", number.SmsFallbackUrl),
        SmsFallbackMethod = Method(form, "SmsFallbackMethod", number.SmsFallbackMethod),
        SmsApplicationSid = Text(form, "SmsApplicationSid", number.SmsApplicationSid),
        VoiceUrl = Text(form, "VoiceUrl", number.VoiceUrl),
        VoiceMethod = Method(form, "VoiceMethod", number.VoiceMethod),
        VoiceFallbackUrl = Text(form, "VoiceFallbackUrl", number.VoiceFallbackUrl),
        VoiceFallbackMethod = Method(form, "VoiceFallbackMethod", number.VoiceFallbackMethod),
        VoiceApplicationSid = Text(form, "VoiceApplicationSid", number.VoiceApplicationSid),
        TrunkSid = Text(form, "TrunkSid", number.TrunkSid ?? "") is { Length: > 0 } trunk ? trunk : null,
        StatusCallback = Text(form, "StatusCallback", number.StatusCallback),
        StatusCallbackMethod = Method(form, "StatusCallbackMethod", number.StatusCallbackMethod),
        VoiceCallerIdLookup = Text(form, "VoiceCallerIdLookup", number.VoiceCallerIdLookup ? "true" : "false") == "true",
    }, form);

    /// <summary>A trunk and a voice application shut each other out: setting one clears the other.</summary>
    private static SandboxNumber Exclusive(SandboxNumber number, IFormCollection form)
    {
        if (form["TrunkSid"].ToString().Length > 0) return number with { VoiceApplicationSid = "" };
        return form["VoiceApplicationSid"].ToString().Length > 0 ? number with { TrunkSid = null } : number;
    }

    private static string Text(IFormCollection form, string name, string current) => form.TryGetValue(name, out var value) ? value.ToString() : current;

    private static string Method(IFormCollection form, string name, string current) => Text(form, name, current) is { Length: > 0 } method ? method : "POST";
}
