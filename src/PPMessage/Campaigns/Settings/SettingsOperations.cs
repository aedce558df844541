using PPMessage.Campaigns.Rules;
using PPMessage.Http;

namespace PPMessage.Campaigns.Settings;

/// <summary>What the API's document says of the settings of campaigns.</summary>
internal static class SettingsOperations
{
    private const string Tag = "Settings";

    private const string Rates = """{"type":"object","additionalProperties":{"type":"number","minimum":0.01,"maximum":10000}}""";

    private const string Whole =
        """
        {"frequencyCap":{"max":2,"per":"P7D"},"quietHours":{"from":"20:00","to":"10:00"},"holidays":true,"answerWithin":"P3D",
        "ratePerSecond":{"sms":20,"email":50},"domainRates":{"qq.com":5,"163.com":2.5},"mailBatch":100,
        "footers":{"sms":{"zh":"回T退订","en":"Reply STOP to opt out"},"email":{"zh":"可随时退订。","en":"You can unsubscribe at any time."}}}
        """;

    public static Operation Get() => Shown(new Operation(Tag, "getCampaignSettings", "Reads the settings of campaigns", "What holds for all of them."));

    public static Operation Put() =>
        Shown(new Operation(Tag, "setCampaignSettings", "Sets the settings of campaigns", "As a whole: what is left out is its default.").IfMatch().Takes(Written(), Whole).Refuses(409));

    private static Shape Written() => new Shape("CampaignDefaults")
        .OptionalObject("frequencyCap", "How many messages a contact gets at most, over all campaigns. Default: 3 within P7D; null: any number.", FrequencyCap.Shape())
        .OptionalObject("quietHours", "Of campaigns that say nothing of it: nothing is sent then, by the contact's clock; may go over midnight. Default: 21:00 to 09:00; null: none.", SendingTimesReading.Range())
        .Flag("holidays", "Of campaigns that say nothing of it: nothing is sent on holidays of the business hours. Default: false.")
        .Text("answerWithin", "A message within this time after a campaign's counts as an answer to it: PT1H to P30D. Default: P7D.")
        .Json("ratePerSecond", "What one channel may send, by its kind. Left out: sms 10, email 50, others 1.", Rates)
        .Json("domainRates", "What may go to recipients' mail domains, over all channels; at most 200. Default: 5 for qq.com, foxmail.com, 163.com and 126.com.", Rates)
        .Json("mailBatch", "Recipients in one call to the mail provider, at most; domains that are new there begin with 100 at most. Default: 50.", """{"type":"integer","minimum":1,"maximum":1000}""")
        .Json(
            "footers", "By kind of channel and language: the text below each campaign message, in the contact's language, else in English (en). At most 20 languages, 500 characters; empty: none.",
            """{"type":"object","additionalProperties":{"type":"object","additionalProperties":{"type":"string"}}}""");

    private static Operation Shown(Operation operation) =>
        operation.Answers(200, "The settings, with the defaults of what was never set.", CampaignSettingsJson.Default.CampaignSettingsView, Whole).With("ETag");
}
