using PPMessage.Campaigns.Definitions;
using PPMessage.Http;

namespace PPMessage.Campaigns.Occurrences;

/// <summary>What the API's document says of runs of campaigns.</summary>
internal static class OccurrencesOperations
{
    private const string Listed =
        $$"""
        {"id":"{{Samples.CampaignRun}}","campaignId":"{{Samples.Campaign}}","state":"running","reason":null,"scheduledAt":"2026-11-23T02:00:00Z","local":"2026-11-23T10:00","timeZone":"Asia/Shanghai",
        "startedAt":"2026-11-23T02:00:03Z","finishedAt":null,"progress":null}
        """;

    private const string Example =
        $$"""
        {"id":"{{Samples.CampaignRun}}","campaignId":"{{Samples.Campaign}}","state":"running","reason":null,"scheduledAt":"2026-11-23T02:00:00Z","local":"2026-11-23T10:00","timeZone":"Asia/Shanghai",
        "startedAt":"2026-11-23T02:00:03Z","finishedAt":null,"progress":{"evaluated":1200,"matched":300,"skipped":{"capped":8},"deferred":12,"queued":30,"sent":245,"failed":{"21211":5},"unknown":0,"delivered":220,
        "undelivered":{"30003":2},"opened":80,"clicked":12,"answered":9,"unsubscribed":1,"complained":0,"bucketsDone":20,"perSecond":8.1,"secondsLeft":6} }
        """;

    private const string Stats =
        """
        {"rows":[{"variant":"A","channelKind":"sms","counts":{"sent":245,"delivered":220,"answered":9,"failed":5},"failedBy":{"21211":5}}],
        "hours":[{"at":"2026-11-23T02:00:00Z","counts":{"sent":245,"delivered":220,"answered":9,"failed":5}}]}
        """;

    public static Operation List() => CampaignsOperations.One("listCampaignRuns", "Lists a campaign's runs", "Newest first, without their progress.").Pages()
        .Answers(200, "Runs.", CampaignsApiJson.Default.PageOccurrenceView, $$"""{"items":[{{Listed}}],"next":null}""");

    public static Operation StatsOfCampaign() =>
        CampaignsOperations.One("getCampaignStats", "Tells what came of a campaign", "Of its newest 24 runs together: by content and channel, and by hour.").Answers(200, "Counts.", CampaignsApiJson.Default.StatsView, Stats);

    public static Operation Get() => Shown(One("getCampaignRun", "Reads a run of a campaign", "With its progress as it is at this moment."));

    public static Operation Pause() => Shown(One("pauseCampaignRun", "Lets a run stand still", "What is being sent at this moment is sent.").Refuses(409, "It is not running."));

    public static Operation Resume() => Shown(One("resumeCampaignRun", "Lets a run go on").Refuses(409, "It does not stand still."));

    public static Operation Cancel() => Shown(One("cancelCampaignRun", "Cancels a run", "What is not sent yet never is.").Refuses(409, "It is over."));

    public static Operation RetryFailed() =>
        Shown(One("retryFailedOfCampaignRun", "Messages those who have failed again", "By the same rules as the first time; who got it is left alone.").Refuses(409, "It is not finished."));

    public static Operation StatsOfRun() => One("getCampaignRunStats", "Tells what came of a run").Answers(200, "Counts.", CampaignsApiJson.Default.StatsView, Stats);

    public static Operation Recipients() =>
        One("listCampaignRecipients", "Lists who got it and who not", "By contact. With a rare state a page may have fewer than its limit, and more behind it.")
            .Query("state", "The furthest that is known of them.", "delivered", $$"""{"type":"string","enum":["{{string.Join("\",\"", RecipientView.States)}}"]}""")
            .Query("reason", "Only those with this reason: no_address, suppressed, capped, once, quiet_hours, too_late, local_time, content, gone, left_segment, cancelled, flow, or a provider's code.", null).Pages()
            .Answers(200, "Recipients.", CampaignsApiJson.Default.PageRecipientView,
                $$"""
                {"items":[{"contactId":"{{Samples.Contact}}","name":"李伟","state":"delivered","reason":null,"detail":null,"variant":null,"channelKind":"sms","conversationId":"{{Samples.Conversation}}",
                "messageId":"{{Samples.Message}}","runId":null,"at":"2026-11-23T02:00:05Z","until":null,"words":[{"word":"delivered","at":"2026-11-23T02:00:08Z","code":null,"detail":null}]}],"next":null}
                """);

    public static Operation Export() => One("exportCampaignRecipients", "Gives all recipients as a table", "CSV in UTF-8, with a byte order mark.")
        .AnswersText(200, "The table.", "text/csv", "contactId,name,state\r\n");

    private static Operation One(string id, string summary, string? description = null) => new Operation(CampaignsOperations.Tag, id, summary, description).Path("id", "The run's id.", Samples.CampaignRun);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The run.", CampaignsApiJson.Default.OccurrenceView, Example);
}
