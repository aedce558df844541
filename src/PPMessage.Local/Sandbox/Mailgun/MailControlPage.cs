namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What <c>GET /sandbox</c> shows to somebody who has found the port.</summary>
internal static class MailControlPage
{
    public static string Text(MailgunSandbox sandbox) => $$"""
        This plays Mailgun for PPMessage. Nothing leaves this machine, nothing is kept.

        API          {{sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)}}  (in place of https://api.mailgun.net)
        domain       {{MailDemo.Domain}}  address {{MailDemo.Address}}
        API key      {{MailDemo.ApiKey}}
        sending key  {{MailDemo.SendingKey}}
        signing key  {{MailDemo.SigningKey}}

        POST   /sandbox/mailboxes/{address}/mails     {"to":"{{MailDemo.Address}}","subject":"Hello","text":"…","attachments":[{"name":"a.png","contentType":"image/png","base64":"…"}]}
                                                      {"inReplyTo":"last","text":"…"} answers the newest mail; or Content-Type: message/rfc822 with ?to=
        GET    /sandbox/mailboxes/{address}/received  what the mailbox has got, newest first
        GET    /sandbox/mailboxes/{address}/received/{number}/mime
        GET    /sandbox/calls                         the last calls to the application
        GET    /sandbox/requests                      the last requests to the API
        POST   /sandbox/misbehave                     {"next":["429",{"kind":"permanentFail","recipient":"li@customer.example"}]}
        GET    /sandbox/misbehave                     what is still to go wrong
        DELETE /sandbox/misbehave                     nothing goes wrong any more
        POST   /sandbox/routes                        {"expression":"catch_all()","actions":["forward(\"http://127.0.0.1:7071/…/mime\")"]}

        Misbehaviours: {{string.Join(", ", MailMisbehaviour.Kinds)}}.
        Details: count (how often), path (other requests than sends), recipient, by and retryAfter (ISO 8601 durations), reason, code, message, then.

        """;
}
