using System.Text;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Local;

/// <summary>What the launcher prints when everything runs.</summary>
internal sealed class Summary(Uri app, Uri twilio, Uri mailgun, string adminKey)
{
    private const string Post = "-H 'Content-Type: application/json' -d";

    private string Key => $"-H {Quote($"Authorization: Bearer {adminKey}")}";

    private string Conversations => $"{Root(app)}/api/conversations";

    /// <param name="line">Whether the demo number's channel takes texts; somebody may have taken it away.</param>
    /// <param name="mailbox">Whether the demo domain's takes mail.</param>
    /// <param name="campaignId">The demo campaign's; null: somebody has taken it away, and there is nothing to show.</param>
    public string Of(IReadOnlyList<DemoAgent> agents, string stateFile, bool line, bool mailbox, string? campaignId)
    {
        var text = new StringBuilder()
            .AppendLine("PPMessage runs. Ctrl-C ends it and leaves the data; --clean starts afresh.")
            .AppendLine("PPMessage 已启动。按 Ctrl-C 结束，数据会保留；加 --clean 重新开始。")
            .AppendLine()
            .AppendLine($"App              {Root(app)}  (how it is doing: {Root(app)}/health/ready)")
            .AppendLine($"Twilio sandbox   {Root(twilio)}  (what it can do: {Root(twilio)}/sandbox)")
            .AppendLine($"Mailgun sandbox  {Root(mailgun)}  (what it can do: {Root(mailgun)}/sandbox)")
            .AppendLine($"Admin token      {adminKey}");
        foreach (var agent in agents) text.AppendLine($"Agent's token    {agent.Token}  ({agent.Name})");
        text.AppendLine($"Kept in          {stateFile}").AppendLine();
        text.Append(line ? Texts() : Gone(Demo.Number)).AppendLine();
        text.Append(mailbox ? Mails() : Gone(MailDemo.Address)).AppendLine();
        if (campaignId is not null) text.Append(Campaign(campaignId)).AppendLine();
        return text.Append(Webhooks()).ToString();
    }

    private static string Gone(string what) => $"The channel of {what} is gone, so the demo has no examples for it; --clean makes it anew.\n";

    private string Texts()
    {
        var phone = $"{Root(twilio)}/sandbox/phones/{DemoWorkspace.Phone}";
        return $$"""
            Text the demo number as Mia Brown; a flow answers with a menu / 以客户身份给演示号码发短信，由一个流程用菜单应答:
            curl -sS {{Post}} '{"to":"{{Demo.Number}}","text":"Hello, is anybody there?"}' {{phone}}/texts

            Choose from the menu, ask for order 1001 / 从菜单里选择，查询订单 1001:
            curl -sS {{Post}} '{"to":"{{Demo.Number}}","text":"1"}' {{phone}}/texts
            curl -sS {{Post}} '{"to":"{{Demo.Number}}","text":"1001"}' {{phone}}/texts

            See what Mia's phone has got / 查看客户手机收到的短信:
            curl -sS {{phone}}/received

            Text again, and ask for a person / 再发一条，并转人工:
            curl -sS {{Post}} '{"to":"{{Demo.Number}}","text":"Hello again"}' {{phone}}/texts
            curl -sS {{Post}} '{"to":"{{Demo.Number}}","text":"2"}' {{phone}}/texts

            List the conversation / 查看会话:
            curl -sS {{Key}} '{{Conversations}}?status=open'

            Answer it: from now on it is a person's / 回复会话，从此由人接手:
            curl -sS {{Key}} {{Post}} '{"text":"Yes! How can we help?"}' "{{Conversations}}/{{Newest(DemoWorkspace.Phone)}}/messages"

            Read the flows / 查看流程:
            curl -sS {{Key}} '{{Root(app)}}/api/flows'

            """;
    }

    private string Mails()
    {
        var mailbox = $"{Root(mailgun)}/sandbox/mailboxes/{DemoWorkspace.Mailbox}";
        return $$"""
            Write the demo address a mail as Mia Brown / 以客户身份给演示邮箱写信:
            curl -sS {{Post}} '{"to":"{{MailDemo.Address}}","subject":"Order 1001","text":"Hello, when will it arrive?"}' {{mailbox}}/mails

            Answer it / 回复邮件:
            curl -sS {{Key}} {{Post}} '{"text":"Tomorrow, before noon."}' "{{Conversations}}/{{Newest(DemoWorkspace.Mailbox)}}/messages"

            See what Mia's mailbox has got / 查看客户邮箱收到的邮件:
            curl -sS {{mailbox}}/received

            """;
    }

    private string Campaign(string id)
    {
        var campaign = $"{Root(app)}/api/campaigns/{id}";
        return $$"""
            See who of the seven demo contacts would get the demo campaign, and what / 预览营销活动：谁会收到、收到什么:
            curl -sS {{Key}} {{Post}} '{}' {{campaign}}/preview

            Start it; it has no quiet hours, so this works at night as well / 立即启动（演示活动不设免打扰时段，夜里也能试）:
            curl -sS {{Key}} {{Post}} '{"now":true}' {{campaign}}/start

            Watch how it gets on, and who got it and who not, and why / 查看进度，以及谁收到了、谁没有、为什么:
            RUN=$(curl -sS {{Key}} {{campaign}}/runs | grep -o 'cr_[0-9A-Z]*' | head -n 1)
            curl -sS {{Key}} {{Root(app)}}/api/campaign-runs/$RUN
            curl -sS {{Key}} {{Root(app)}}/api/campaign-runs/$RUN/recipients

            It comes again every hour until you end it / 之后每小时发送一次，直到取消:
            curl -sS {{Key}} -X POST {{campaign}}/cancel

            """;
    }

    private string Webhooks()
    {
        var inbox = $"{Root(twilio)}/sandbox/webhooks/demo";
        return $$"""
            Have every change pushed to a program (here the sandbox plays it), text as above, and see what it has got, verified /
            把变更推送给你的程序（此处由沙盒扮演），再发一条短信，查看收到并验签的内容:
            SECRET=$(curl -sS {{Key}} {{Post}} '{"name":"Demo","url":"{{inbox}}"}' {{Root(app)}}/api/webhooks | grep -o 'whsec_[^"]*')
            curl -sS -X PUT -d "{\"secret\":\"$SECRET\"}" {{inbox}}/secret
            curl -sS {{inbox}}

            """;
    }

    private string Newest(string address) =>
        $"$(curl -sS {Key} '{Conversations}?status=open&limit=1&q={Uri.EscapeDataString(address)}' | grep -o 'cv_[0-9A-Z]*' | head -n 1)";

    private static string Root(Uri address) => address.GetLeftPart(UriPartial.Authority);

    /// <summary>For a POSIX shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
