namespace PPMessage.Local.Sandbox;

/// <summary>What <c>GET /sandbox</c> shows to somebody who has found the port.</summary>
internal static class ControlPage
{
    public static string Text(TwilioSandbox sandbox) => $$"""
        This plays Twilio for PPMessage. Nothing leaves this machine, nothing is kept.

        API      {{sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)}}{{TwilioDoor.Root}}  (in place of https://api.twilio.com)
        account  {{Demo.AccountSid}}  auth token {{Demo.AuthToken}}
        API key  {{Demo.ApiKeySid}}  secret {{Demo.ApiKeySecret}}
        numbers  {{Demo.Number}}  {{Demo.SecondNumber}}  {{Demo.TollFreeNumber}}  {{Demo.ShortCode}}

        POST   /sandbox/phones/{number}/texts     {"to":"{{Demo.Number}}","text":"Hello","media":[{"contentType":"image/png","base64":"…"},{"url":"…"}]}
        POST   /sandbox/strangers/texts           likewise, from a phone that has never written before; 502 when the application does not take it
        GET    /sandbox/phones/{number}/received  what the phone has got
        GET    /sandbox/callbacks                 the last calls to the application
        GET    /sandbox/requests                  the last requests to the API
        POST   /sandbox/misbehave                 {"next":["429",{"kind":"finalStatus","status":"undelivered","code":30003}]}
        GET    /sandbox/misbehave                 what is still to go wrong
                                                  {"next":[{"kind":"refused","code":63038,"standing":true}]}  every time, until it is lifted
        DELETE /sandbox/misbehave                 nothing goes wrong any more; with ?kind=refused that kind does not
        POST   /sandbox/accounts                  {"type":"Trial","verifiedNumbers":["+14155550123"]}  a new one; with "sid" it changes the one that is there
        POST   /sandbox/numbers                   {"phoneNumber":"+14155550100","messagingServiceSid":"MG…","advancedOptOut":true}  likewise
        POST   /sandbox/services                  {"sid":"MG…","inboundRequestUrl":"https://elsewhere.example/sms","useInboundWebhookOnNumber":false}  likewise

        A program of yours that takes webhooks (POST /api/webhooks with the URL {{sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)}}/sandbox/webhooks/{name}) is played, too:
        PUT    /sandbox/webhooks/{name}/secret    {"secret":"whsec_…"}  so that it verifies the signatures
        GET    /sandbox/webhooks/{name}           what it has got; POST with ?answer=503 in the URL: what it answers

        So is a program that flows call with an http step ({{sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)}}/sandbox/programs/{name}/…):
        GET    /sandbox/programs/orders/1001      an order of the demo's order system; there are 1002 and 1003, too
        PUT    /sandbox/programs/{name}           {"status":200,"body":{"state":"shipped"},"contentType":null,"headers":{},"delayMs":0,"failFirst":0}  what it answers, failFirst times 503 before
        GET    /sandbox/programs/{name}/requests  what it was asked; isRepetition: its Idempotency-Key had come before

        What an admin may find, put here and named by POST /api/channels/{id}/check:
          /sandbox/accounts  {"sid":"{{Demo.AccountSid}}","type":"Trial"}  "status":"suspended"  "authToken":"{{new string('9', 32)}}"
                             "secondaryAuthToken":"{{Demo.AuthToken}}"  "isTest":true  "apiKeyMay":["messages/write"]
          /sandbox/numbers   {"phoneNumber":"{{Demo.Number}}","smsUrl":"https://elsewhere.example/sms"}  "smsMethod":"GET"  "smsFallbackUrl":""
                             "smsApplicationSid":"AP…"  "messagingServiceSid":"MG…"  "accountSid":"AC…"  "sms":false  "mms":false
        What a key may: {{string.Join(", ", KeyPermissions.All)}}; "apiKeyMay":["all"] takes the limits away.

        Misbehaviours: {{string.Join(", ", Misbehaviour.Kinds)}}.
        Details: count (how often), standing (every time), path (other requests than sends), by (ISO 8601 duration), body (html, empty, json), status, code.

        """;
}
