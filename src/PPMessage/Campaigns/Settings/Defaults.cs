namespace PPMessage.Campaigns.Settings;

/// <summary>What of <see cref="CampaignSettings"/> holds as long as nobody says otherwise.</summary>
internal static class Defaults
{
    public static readonly IReadOnlyDictionary<string, double> Rates = new Dictionary<string, double> { ["sms"] = 10, ["email"] = 50 };

    // Tencent's and NetEase's hosts limit how often an address, a domain and a sender may come, and keep the limits to themselves: a careful guess.
    public static readonly IReadOnlyDictionary<string, double> DomainRates =
        new Dictionary<string, double> { ["qq.com"] = 5, ["foxmail.com"] = 5, ["163.com"] = 5, ["126.com"] = 5 };

    public static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Footers = new Dictionary<string, IReadOnlyDictionary<string, string>>
    {
        ["sms"] = new Dictionary<string, string> { ["zh"] = "回T退订", ["en"] = "Reply STOP to opt out" },
        ["email"] = new Dictionary<string, string> { ["zh"] = "如不想再收到此类邮件，可随时退订。", ["en"] = "If you no longer want such e-mails, you can unsubscribe at any time." },
    };
}
