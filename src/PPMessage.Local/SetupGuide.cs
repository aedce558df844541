using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Local;

/// <summary>What the launcher prints when it starts without the demo workspace: how an admin gets from nothing to two working channels.</summary>
internal sealed class SetupGuide(Uri app, Uri twilio, Uri mailgun, string adminKey)
{
    private const string Json = "-H 'Content-Type: application/json' -d";

    public string Text() => $$"""
        PPMessage runs, with nothing set up. Ctrl-C ends it and leaves the data; --clean starts afresh.
        PPMessage 已启动，尚未配置任何内容。按 Ctrl-C 结束，数据会保留；加 --clean 重新开始。

        App              {{Root(app)}}  (how it is doing: {{Root(app)}}/health/ready)
        Twilio sandbox   {{Root(twilio)}}  account {{Demo.AccountSid}}, auth token {{Demo.AuthToken}}, number {{Demo.Number}}
        Mailgun sandbox  {{Root(mailgun)}}  domain {{MailDemo.Domain}}, API key {{MailDemo.ApiKey}}, webhook signing key {{MailDemo.SigningKey}}
        Admin token      {{adminKey}}

        {{Lines()}}
        """;

    private string Lines() => string.Join(Environment.NewLine,
    [
        $"APP={Root(app)}; TWILIO={Root(twilio)}; MAILGUN={Root(mailgun)}; ADMIN={Summary.Quote($"Authorization: Bearer {adminKey}")}",
        string.Empty,
        "# A channel for texts: make it, ask what is wrong, let the number's URLs be written, activate it. 短信渠道：新建、检查、连接、启用",
        $"SMS=$(curl -sS -H \"$ADMIN\" {Json} '{Line}' $APP/api/channels | grep -o 'ch_[0-9A-Z]*' | head -n 1)",
        .. Steps("SMS"),
        string.Empty,
        "# And one for mail. 邮件渠道",
        $"MAIL=$(curl -sS -H \"$ADMIN\" {Json} '{Mailbox}' $APP/api/channels | grep -o 'ch_[0-9A-Z]*' | head -n 1)",
        .. Steps("MAIL"),
        string.Empty,
        "# Write to both, and see both conversations. 从客户一侧发消息，再查看会话",
        $"curl -sSw '\\n' {Json} '{{\"to\":\"{Demo.Number}\",\"text\":\"Hello, is anybody there?\"}}' $TWILIO/sandbox/phones/{DemoWorkspace.Phone}/texts",
        $"curl -sSw '\\n' {Json} '{{\"to\":\"{MailDemo.Address}\",\"subject\":\"Order 1001\",\"text\":\"Hello, when will it arrive?\"}}' $MAILGUN/sandbox/mailboxes/{DemoWorkspace.Mailbox}/mails",
        "curl -sSw '\\n' -H \"$ADMIN\" $APP/api/conversations",
        string.Empty,
        "# What goes wrong in real life: the number's URL is overridden, the domain's mail also goes to QQ. 两种常见的错误配置",
        $"curl -sSw '\\n' -d '{{\"phoneNumber\":\"{Demo.Number}\",\"smsUrl\":\"https://elsewhere.example/sms\"}}' $TWILIO/sandbox/numbers",
        $"curl -sSw '\\n' -X PUT -d '{{\"mx\":[{{\"priority\":5,\"host\":\"mxbiz1.qq.com\"}},{{\"priority\":10,\"host\":\"mxa.mailgun.org\"}}],\"txt\":[\"v=spf1 include:mailgun.org ~all\"]}}' $MAILGUN/sandbox/dns/{MailDemo.Domain}",
        "curl -sSw '\\n' -X POST -H \"$ADMIN\" $APP/api/channels/$SMS/check; curl -sSw '\\n' -X POST -H \"$ADMIN\" $APP/api/channels/$MAIL/check",
        "curl -sSw '\\n' -X POST -H \"$ADMIN\" $APP/api/channels/$SMS/connect    # says whose URL stands there; nothing is changed 说明被谁占用，不做改动",
        string.Empty,
        "# Mended: the MX at the DNS, which only its owner can change; the number by connect, which may replace what stands there now. 修复：MX 只能由域名所有者改，号码由 connect 改回",
        $"curl -sSw '\\n' -X PUT -d '{{\"mx\":[{{\"priority\":10,\"host\":\"mxa.mailgun.org\"}},{{\"priority\":10,\"host\":\"mxb.mailgun.org\"}}],\"txt\":[\"v=spf1 include:mailgun.org ~all\"]}}' $MAILGUN/sandbox/dns/{MailDemo.Domain}",
        "curl -sSw '\\n' -X POST -H \"$ADMIN\" $APP/api/channels/$MAIL/check",
        $"curl -sSw '\\n' -H \"$ADMIN\" {Json} '{{\"overwrite\":true}}' $APP/api/channels/$SMS/connect",
        string.Empty,
    ]);

    private static string[] Steps(string channel) =>
    [
        $"curl -sSw '\\n' -X POST -H \"$ADMIN\" $APP/api/channels/${channel}/check",
        $"curl -sSw '\\n' -X POST -H \"$ADMIN\" $APP/api/channels/${channel}/connect",
        $"curl -sSw '\\n' -X POST -H \"$ADMIN\" $APP/api/channels/${channel}/activate",
    ];

    private static string Line => Written(DemoWorkspace.Line("Support line"));

    private static string Mailbox => Written(DemoWorkspace.MailChannel("Support mail"));

    // As people write it: a plus stays a plus.
    private static string Written(JsonObject body) => body.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Root(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
