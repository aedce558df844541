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
        POST   /sandbox/mailboxes/{address}/received/{number}/open         opens it; "last" is the newest. Mailgun notices only where the mail asked it to
        POST   /sandbox/mailboxes/{address}/received/{number}/click        {"url":"https://…"} follows this link of it, or without a body its first
        POST   /sandbox/mailboxes/{address}/received/{number}/unsubscribe  presses the mail program's button: a POST to its List-Unsubscribe (RFC 8058)
        POST   /sandbox/mailboxes/{address}/received/{number}/complain     calls it spam
        GET    /sandbox/calls                         the last calls to the application
        GET    /sandbox/requests                      the last requests to the API
        POST   /sandbox/misbehave                     {"next":["429",{"kind":"permanentFail","recipient":"li@customer.example"}]}
        GET    /sandbox/misbehave                     what is still to go wrong
                                                      {"next":[{"kind":"429","standing":true}]}  every time, until it is lifted
        DELETE /sandbox/misbehave                     nothing goes wrong any more; with ?kind=429 that kind does not
        PUT    /sandbox/account                       {"signingKey":"…"} {"routesRefused":"Your plan has no inbound routes"} ("" allows them again)
        PUT    /sandbox/domains/{name}                {"state":"disabled","disabledReason":"…"} {"state":"unverified"} {"type":"sandbox"} {"region":"eu"} {"receivingValid":false,"sendingValid":false} {"largestBatch":100} (0: no limit)
        PUT    /sandbox/domains/{name}/webhooks/{type} {"urls":["https://one.example/a","https://two.example/b","https://three.example/c"]}
        GET    /sandbox/dns                           what the DNS server at {{sandbox.DnsAddress}} tells
        PUT    /sandbox/dns/{name}                    {"mx":[{"priority":5,"host":"mxbiz1.qq.com"},{"priority":10,"host":"mxa.mailgun.org"}],"txt":["v=spf1 …"]} {"cname":"…"} {"fails":true}
        DELETE /sandbox/dns/{name}                    the name does not exist any more
        DELETE /sandbox/routes                        takes all of them away
        POST   /sandbox/routes                        {"expression":"catch_all()","actions":["forward(\"<mimeUrl of the channel>\")"]}

        Misbehaviours: {{string.Join(", ", MailMisbehaviour.Kinds)}}.
        Details: count (how often), standing (every time), path and method (other requests than sends), recipient, by and retryAfter (ISO 8601 durations), reason, code, message, then.

        """;
}
