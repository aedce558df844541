using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;
using PPMessage.Http;

namespace PPMessage.Campaigns.Definitions;

/// <summary>What the API's document says of campaigns.</summary>
internal static class CampaignsOperations
{
    public const string Tag = "Campaigns";

    private const string ContentSchema =
        """
        {"type":"object","additionalProperties":{"type":"object","properties":{"subject":{"type":["string","null"]},"text":{"type":["string","null"]},"html":{"type":["string","null"]}},"additionalProperties":false}}
        """;

    private const string Said = """{"sms":{"text":"{{ contact.name | default: \"您好\" }}，本周新品八折，回复 1 了解详情"},"email":{"subject":"本周新品","text":"{{ contact.name }}，本周新品八折。"}}""";

    private const string Written =
        $$"""
        {"name":"本周新品","segmentId":"active","schedule":{"every":"week","day":1,"at":"10:00","timeZone":"Asia/Shanghai"},"channels":["sms","email"],
        "content":{{Said}},"rules":{"frequencyCap":{"max":1,"per":"P7D"},"priority":5} }
        """;

    private const string Example =
        $$"""
        {"id":"{{Samples.Campaign}}","name":"本周新品","status":"active","segmentId":"active",
        "schedule":{"every":"week","cron":null,"at":"10:00","day":1,"days":[],"date":null,"timeZone":"Asia/Shanghai","missed":"skip","contactLocalTime":false,"monthEnd":"last-day","startsOn":null,"endsOn":null},
        "channels":["sms","email"],"content":{"sms":{"subject":null,"text":"本周新品八折","html":null},"email":{"subject":"本周新品","text":"本周新品八折。","html":null} },"flow":null,
        "rules":{"frequencyCap":{"max":1,"per":"P7D"},"quietHours":null,"allowedHours":null,"allowedDays":[],"holidays":null,"oncePerContact":false,"priority":5,"ratePerSecond":null,"usualQuietHours":true},
        "abTest":null,"nextAt":"2026-11-23T02:00:00Z","createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"}
        """;

    private const string Previewed =
        $$"""
        {"exact":true,"evaluated":1200,"matched":300,"would":280,"deferred":{"quiet_hours":12},"skipped":{"capped":8},"sample":[{"contactId":"{{Samples.Contact}}","name":"李伟","inSegment":true,"decision":"send",
        "reason":null,"until":null,"variant":null,"channels":["sms"],"messages":{"sms":{"subject":null,"text":"李伟，本周新品八折","html":null,"mistake":null} } }],"warnings":[]}
        """;

    public static Operation List() => new Operation(Tag, "listCampaigns", "Lists campaigns", "In the order in which they were made.").Pages()
        .Answers(200, "Campaigns.", CampaignsApiJson.Default.PageCampaignView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Create() =>
        new Operation(Tag, "createCampaign", "Makes a campaign", "It sends nothing before it is started. Texts are Liquid over contact, campaign, now and unsubscribeUrl.").Repeatable()
            .Takes(Shape("NewCampaign").Required("name", "segmentId", "schedule"), Written)
            .Answers(201, "The campaign.", CampaignsApiJson.Default.CampaignView, Example).With("Location", "ETag");

    public static Operation Get() => Shown(One("getCampaign", "Reads a campaign"));

    public static Operation Change() => Shown(One("changeCampaign", "Changes a campaign", "What is left out stays. What is under way goes on as it began.").IfMatch()
        .Takes(Shape("CampaignChange"), """{"name":"每周新品"}""").Refuses(409));

    public static Operation Delete() => One("deleteCampaign", "Deletes a campaign", "Runs that are over stay as long as they are kept.").IfMatch().Refuses(409, "It is started, or a run of it is not over.").Answers(204, "It is gone.");

    public static Operation Preview() =>
        One("previewCampaign", "Tells who would get it now", "A dry run over all contacts, two seconds at most, or for one contact: nothing is sent, nothing stored. Over all, who has stopped an address counts among those who would get it; of one contact it is asked.")
            .Takes(new Shape("CampaignPreview").OptionalText("contactId", "Only for this contact. Left out: for all."), $$"""{"contactId":"{{Samples.Contact}}"}""").Refuses(422, "Its segment or its flow is not there any more.")
            .Answers(200, "Who, who not and why, and what.", CampaignsApiJson.Default.PreviewView, Previewed);

    public static Operation Start() =>
        Shown(One("startCampaign", "Starts a campaign", "Its schedule counts from now on. What has no time of its own begins at once; when it has run, it begins anew with now alone.").Repeatable()
            .Takes(new Shape("CampaignStart").Flag("now", "A run begins at once, besides what the schedule says. Twice within a minute it is one."), """{"now":true}""")
            .Refuses(409, "It is paused, its schedule has no time to come, a run is to begin at once while another is under way, or it was to run once and has."));

    public static Operation Pause() => Shown(One("pauseCampaign", "Pauses a campaign", "Its schedule does not count, and its runs stand still. What is being sent at this moment is sent.").Refuses(409, "It is not started."));

    public static Operation Resume() => Shown(One("resumeCampaign", "Resumes a campaign", "Its schedule counts again, from now on, and its runs that stand still go on.").Refuses(409, "It is not paused."));

    public static Operation Cancel() => Shown(One("cancelCampaign", "Cancels a campaign", "Its schedule does not count, and what its runs have not sent yet is never sent. It can be started again.").Refuses(409));

    public static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The campaign's id.", Samples.Campaign);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The campaign.", CampaignsApiJson.Default.CampaignView, Example).With("ETag");

    private static Shape Shape(string name) => new Shape(name)
        .Text("name", "At most 200 characters.").Text("segmentId", "Whom it is for: a segment's id, or online, new, active.").Object("schedule", "When.", ScheduleShape.Schedule())
        .Texts("channels", "Kinds of channels in the order in which they are tried: the first that may reach the contact.")
        .Json("content", "By kind of channel.", ContentSchema)
        .OptionalObject("flow", "A flow to start for each recipient, in place of channels and content.", new Shape("FlowToStart").Text("flowId", "A published one.").Required("flowId"))
        .Object("rules", "What keeps it from disturbing; replaced as a whole.", RulesShape())
        .OptionalObject("abTest", "Contents to compare, in place of content. Who gets which is drawn once for all.", new Shape("AbTest").Objects("variants", "2 to 10.",
            new Shape("Variant").Text("name", "At most 50 characters. Left out: A, B, …").Json("weight", "Its share. Left out: 1.", """{"type":"integer","minimum":1,"maximum":1000}""")
                .Json("content", "By kind of channel.", ContentSchema).Required("content")).Required("variants"));

    private static Shape RulesShape() => new Shape("CampaignRules")
        .OptionalObject("frequencyCap", "How many messages of this campaign a contact gets at most. The workspace's cap over all campaigns counts besides.", FrequencyCap.Shape())
        .SendingTimes()
        .Flag("usualQuietHours", "Quiet hours are as the workspace's setting says. Left out: where quietHours is left out.")
        .Flag("oncePerContact", "A contact gets it once, however many runs there are.")
        .Json("priority", "1 to 10, left out 5: of campaigns that run at the same time the higher one takes its places in the caps first.", """{"type":"integer","minimum":1,"maximum":10}""")
        .Json("ratePerSecond", "Messages a second at most. Null: as fast as channels allow.", """{"type":["number","null"],"minimum":0.01,"maximum":10000}""");
}
