namespace PPMessage.Local.Sandbox;

/// <summary>What a word means: a block, its end, or a call for help; with Twilio's own answer.</summary>
internal sealed record OptOut(string Type, string Answer)
{
    private const string Stopped = "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.";
    private const string Started = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. " + Helped;
    private const string Helped = "Reply STOP to unsubscribe. Msg&Data Rates May Apply.";

    private static readonly HashSet<string> Stops = new(StringComparer.OrdinalIgnoreCase)
    {
        "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT",
    };

    private static readonly HashSet<string> Starts = new(StringComparer.OrdinalIgnoreCase) { "START", "YES", "UNSTOP" };
    private static readonly HashSet<string> Helps = new(StringComparer.OrdinalIgnoreCase) { "HELP", "INFO" };

    /// <summary>Toll-free: the carriers know these three words only.</summary>
    private static readonly HashSet<string> TollFreeWords = new(StringComparer.OrdinalIgnoreCase) { "STOP", "START", "UNSTOP" };

    private static readonly string[] TollFreeCodes = ["+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888"];

    /// <summary>
    /// Null when the text is no such word alone, or the number is a short code outside a service, for which Twilio does nothing
    /// (https://help.twilio.com/articles/223134027).
    /// </summary>
    public static OptOut? Of(string text, SandboxNumber number)
    {
        var word = text.Trim();
        if (number.MessagingServiceSid is null && !number.PhoneNumber.StartsWith('+')) return null;
        if (TollFreeCodes.Any(code => number.PhoneNumber.StartsWith(code, StringComparison.Ordinal)) && !TollFreeWords.Contains(word)) return null;
        if (Stops.Contains(word)) return new OptOut("STOP", Stopped);
        if (Starts.Contains(word)) return new OptOut("START", Started);
        return Helps.Contains(word) ? new OptOut("HELP", Helped) : null;
    }

    /// <summary>Null when nothing changes, and so nothing is answered: a second STOP, or a START of somebody who never stopped.</summary>
    public string? Apply(SandboxState state, SandboxNumber number, string phone) => Type switch
    {
        "STOP" => state.Block(number.Sender, phone) ? Answer : null,
        "START" => state.Unblock(number.Sender, phone) ? Answer : null,
        _ => Answer,
    };
}
