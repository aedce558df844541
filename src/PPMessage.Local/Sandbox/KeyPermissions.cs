namespace PPMessage.Local.Sandbox;

/// <summary>What a Restricted API key may: <c>messages/read</c>, <c>messages/write</c> and likewise <c>numbers</c>, <c>services</c>.</summary>
internal static class KeyPermissions
{
    public static readonly IReadOnlyList<string> All = ["messages/read", "messages/write", "numbers/read", "numbers/write", "services/read", "services/write"];

    public static TwilioError? Refuse(SandboxAccount account, HttpRequest request)
    {
        if (account.ApiKeyMay is not { } may) return null;
        var needed = $"{Resource(request.Path.Value!)}/{(request.Method == HttpMethods.Get ? "read" : "write")}";
        return may.Contains(needed) ? null : TwilioError.NotPermitted(needed);
    }

    private static string Resource(string path) => path switch
    {
        _ when path.StartsWith(TwilioDoor.Messaging, StringComparison.Ordinal) => "services",
        _ when path.Contains("/IncomingPhoneNumbers", StringComparison.Ordinal) => "numbers",
        _ => "messages",
    };
}
