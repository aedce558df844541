using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations.Unsubscribing;
using PPMessage.Http;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Campaigns;
using PPMessage.Tests.Contacts.Bulk;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;

namespace PPMessage.Tests.Docs;

/// <summary>Real things that take the places of the document's samples: made anew for each call, so that none meets what another has left.</summary>
internal sealed class StandIns
{
    private readonly Dictionary<string, string> _real = [];

    /// <summary>An agent's, of its own.</summary>
    public HttpClient Agent { get; private set; } = null!;

    public static async Task<StandIns> MakeAsync(Workspace workspace, string operationId)
    {
        var made = new StandIns();
        await made.MakePeopleAsync(workspace);
        switch (operationId)
        {
            case "createContact": made.MakeNewcomer(); break;
            case "getAttachment" or "getMessageMail": await made.MakeMailAsync(workspace); break;
            case "retryMessage": await made.MakeFailedAsync(workspace); break;
            case "getSuppression": await workspace.TextAsync(made[Samples.Phone], "STOP"); break;
            case "liftSuppression": await made.MakeMailAsync(workspace); break;
            case "deleteChannel" or "activateChannel" or "deactivateChannel": await made.MakeChannelAsync(workspace); break;
            case "openUnsubscribePage" or "openUnsubscribePageByHead" or "unsubscribe": await made.MakeLinkAsync(workspace); break;
            case "startConversation": made._real[Samples.Contact] = made[Samples.OtherContact]; break;
        }

        if (operationId.Contains("DeadLetter", StringComparison.Ordinal)) await made.MakeLetterAsync(workspace);
        if (operationId.EndsWith("Answer", StringComparison.Ordinal)) await made.MakeAnswerAsync(workspace);
        if (operationId.EndsWith("ContactAttribute", StringComparison.Ordinal)) await made.MakeAttributeAsync(workspace, isToBeMade: operationId == "createContactAttribute");
        if (operationId.EndsWith("Segment", StringComparison.Ordinal)) await made.MakeSegmentAsync(workspace);
        if (operationId.Contains("Webhook", StringComparison.Ordinal)) await made.MakeWebhookAsync(workspace);
        if (operationId.Contains("Flow", StringComparison.Ordinal) || IsOfRuns(operationId)) await made.MakeFlowAsync(workspace, operationId);
        if (IsOfCampaigns(operationId)) await made.MakeCampaignAsync(workspace, operationId);
        if (operationId is "getImport" or "cancelImport" or "listRefusedRows") await made.MakeImportAsync(workspace);
        if (operationId.StartsWith("takeTwilio", StringComparison.Ordinal) || operationId.StartsWith("takeMailgun", StringComparison.Ordinal)) await made.MakeHookAsync(workspace, operationId.StartsWith("takeMailgun", StringComparison.Ordinal));
        return made;
    }

    public string this[string sample] => _real[sample];

    /// <summary>A text of the document with what is real in it.</summary>
    public string Fill(string text) => _real.Aggregate(text, (filled, pair) => filled.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    private async Task MakePeopleAsync(Workspace workspace)
    {
        // Disconnecting has taken it out.
        workspace.Twilio.Put(workspace.Twilio.Number(Workspace.Number)! with { SmsUrl = workspace.HookUrl.AbsoluteUri });
        var phone = Calls.NewPhone();
        var conversation = await workspace.OpenAsync(phone);
        var shown = await workspace.GetAsync($"/api/conversations/{conversation}");
        var other = await workspace.PostAsync("/api/contacts", new { name = "另一位", phones = new[] { Calls.NewPhone() } });
        (var agent, Agent) = await workspace.HireAsync($"agent{phone[1..]}");
        _real[Samples.Phone] = phone;
        _real[Samples.Conversation] = conversation;
        _real[Samples.Message] = (await workspace.MessagesAsync(conversation))[0].Word("id");
        _real[Samples.Contact] = shown.Word("contactId");
        _real[Samples.OtherContact] = other.Word("id");
        _real[Samples.Agent] = agent;
        _real[Samples.Team] = (await workspace.PostAsync("/api/teams", new { name = $"售后{phone[1..]}" })).Word("id");
        _real[Samples.Channel] = workspace.ChannelId;
        _real["AC00000000000000000000000000000001"] = Demo.AccountSid;
        _real["SM00000000000000000000000000000001"] = $"SM{phone[1..].PadLeft(32, '0')}";
        _real["wang.fang@example.cn"] = $"wang{phone[1..]}@example.cn";
    }

    private void MakeNewcomer()
    {
        _real[Samples.Phone] = Calls.NewPhone();
        _real[Samples.Email] = MailWorkspace.NewMailbox("neu.example.cn");
        _real[Samples.ExternalId] = _real[Samples.Email];
    }

    private async Task MakeMailAsync(Workspace workspace)
    {
        var mailbox = MailWorkspace.NewMailbox("docs.example.cn");
        await workspace.MailAsync(mailbox, "见附件", more: new MailToWrite { Files = [new MailFile("发票.pdf", "application/pdf", [1, 2, 3])] });
        await workspace.DrainAsync();
        var conversation = (await workspace.OfMailboxAsync(mailbox))[0].Word("id");
        var message = (await workspace.MessagesAsync(conversation))[0];
        _real[Samples.Conversation] = conversation;
        _real[Samples.Message] = message.Word("id");
        _real[Samples.File] = message.GetProperty("attachments")[0].Word("id");
        _real[Samples.Phone] = mailbox;
        _real[Samples.Channel] = workspace.MailChannelId;
    }

    private async Task MakeFailedAsync(Workspace workspace)
    {
        workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003));
        var said = await workspace.SayAsync(_real[Samples.Conversation], "在吗？");
        await workspace.TwilioTellsAsync();
        _real[Samples.Message] = said.Id;
    }

    private async Task MakeChannelAsync(Workspace workspace) =>
        _real[Samples.Channel] = (await workspace.MakeMailChannelAsync($"{Guid.NewGuid():n}@{MailDemo.Domain}")).Word("id");

    private async Task MakeAnswerAsync(Workspace workspace) =>
        _real[Samples.Answer] = (await workspace.PostAsync("/api/answers", new { shortcut = $"/发货{Calls.NewPhone()}", title = "发货", text = "已发货" })).Word("id");

    private async Task MakeSegmentAsync(Workspace workspace) =>
        _real[Samples.Segment] = (await workspace.PostAsync("/api/segments", new { name = "活跃", filter = new { field = "contact.name", op = "eq", value = "李薇" } })).Word("id");

    /// <summary>Each in the state in which the operation makes sense: never started, running, paused, or over.</summary>
    private async Task MakeCampaignAsync(Workspace workspace, string operationId)
    {
        var scene = await CampaignScene.MakeAsync(workspace, contacts: 2);
        var campaign = await scene.CampaignAsync();
        var id = _real[Samples.Campaign] = campaign.Word("id");
        if (operationId is "changeCampaign" or "deleteCampaign" or "previewCampaign" or "startCampaign") return;
        var run = _real[Samples.CampaignRun] = await scene.StartAsync(campaign);
        if (operationId == "resumeCampaign") await workspace.CallAsync("POST", $"/api/campaigns/{id}/pause");
        if (operationId == "resumeCampaignRun") await workspace.CallAsync("POST", $"/api/campaign-runs/{run}/pause");
        if (!IsOfThoseOver(operationId)) return;
        await scene.FinishAsync(run);
        await workspace.TwilioTellsAsync();
    }

    private static bool IsOfCampaigns(string operationId) => operationId.Contains("Campaign", StringComparison.Ordinal) && !operationId.EndsWith("Settings", StringComparison.Ordinal);

    private static bool IsOfRuns(string operationId) => operationId.EndsWith("Run", StringComparison.Ordinal) && !IsOfCampaigns(operationId);

    private static bool IsOfThoseOver(string operationId) =>
        operationId is "retryFailedOfCampaignRun" or "getCampaignRun" or "listCampaignRecipients" or "exportCampaignRecipients" || operationId.EndsWith("Stats", StringComparison.Ordinal);

    // Those of earlier calls would be too many some time.
    private async Task MakeWebhookAsync(Workspace workspace)
    {
        foreach (var old in await workspace.ListAsync("/api/webhooks")) await workspace.CallAsync("DELETE", $"/api/webhooks/{old.Word("id")}");
        var url = new Uri(workspace.Twilio.BaseUrl, "/sandbox/webhooks/docs").AbsoluteUri;
        _real[Samples.Webhook] = (await workspace.PostAsync("/api/webhooks", new { name = "文档", url, enabled = false })).Word("id");
    }

    private async Task MakeFlowAsync(Workspace workspace, string operationId)
    {
        var flow = _real[Samples.Flow] = await workspace.PublishedAsync(operationId == "retryRun" ? Defined.Failing() : Defined.Waiting());
        var run = await workspace.PostAsync($"/api/flows/{flow}/runs", new { contactId = _real[Samples.Contact] });
        _real[Samples.Run] = run.Word("id");
        await workspace.DraftAsync(flow, Defined.Waiting("等一天（新）"));
        if (operationId == "migrateRun") await workspace.PublishDraftAsync(flow);
        if (operationId == "deleteFlow") await workspace.CallAsync("POST", $"/api/flows/{flow}/stop");
    }

    private async Task MakeAttributeAsync(Workspace workspace, bool isToBeMade)
    {
        _real[Samples.Attribute] = Samples.Attribute + Guid.NewGuid().ToString("n");
        if (!isToBeMade) await workspace.PostAsync("/api/contact-attributes", new { key = _real[Samples.Attribute], name = "会员等级", type = "choice", choices = new[] { "金卡" } });
    }

    private async Task MakeImportAsync(Workspace workspace) =>
        _real[Samples.Import] = (await workspace.ImportAsync("name,phones\r\n李薇,没有号码\r\n", Importing.Table)).Import;

    private async Task MakeLetterAsync(Workspace workspace)
    {
        var blob = Guid.NewGuid().ToString("n");
        await workspace.Store.WriteBlobAsync(Containers.Raw, blob, new MemoryStream("Subject: 订单\r\n\r\n你好"u8.ToArray()), "message/rfc822", default);
        var payload = JsonSerializer.SerializeToElement(new { blob, contactId = "ct_gone" });
        await workspace.Services.GetRequiredService<DeadLetters>().AddAsync("naming", payload, "why", default);
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        _real[Samples.Letter] = (await workspace.ListAsync("/api/dead-letters"))[0].Word("id");
    }

    private async Task MakeLinkAsync(Workspace workspace) =>
        _real[Samples.UnsubscribeToken] = (await workspace.Services.GetRequiredService<UnsubscribeLinks>().ForAsync(_real[Samples.Conversation], _real[Samples.Message], default)).Segments[^1];

    private async Task MakeHookAsync(Workspace workspace, bool ofMail)
    {
        var channel = await workspace.GetAsync($"/api/channels/{(ofMail ? workspace.MailChannelId : workspace.ChannelId)}");
        _real[Samples.HookKey] = channel.GetProperty("inbound").Word("url").Split('/')[4];
        _real[Samples.Number] = Workspace.Number;
    }
}
