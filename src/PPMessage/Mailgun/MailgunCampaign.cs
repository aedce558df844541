namespace PPMessage.Mailgun;

/// <summary>The fields that set a campaign's mail apart from a person's.</summary>
internal static class MailgunCampaign
{
    /// <summary>Mail programs show a button for these two, and stop the campaign by one POST (RFC 8058).</summary>
    public static IEnumerable<KeyValuePair<string, string>> Unsubscribe(string url)
    {
        yield return new("h:List-Unsubscribe", $"<{url}>");
        yield return new("h:List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }

    /// <summary>A person's answer is not rewritten: links stay what they are, and nobody is counted.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Tracking(bool tracks)
    {
        var wanted = tracks ? "yes" : "no";
        yield return new("o:tracking", wanted);
        yield return new("o:tracking-clicks", wanted);
        yield return new("o:tracking-opens", wanted);
    }
}
