using PPMessage.Http;

namespace PPMessage.Audit;

/// <summary>What the API's document says of the audit log.</summary>
internal static class AuditOperations
{
    public static Operation List() =>
        new Operation("Audit", "listAuditLines", "Lists who changed what", "Newest first. No line holds a secret.").Pages()
            .Answers(200, "Lines.", AuditJson.Default.PageAuditLine,
                $$"""
                {"items":[{"id":"01kap1cq5r7s9t1v3w5x7y9z1a","at":"2026-11-20T08:00:00Z","who":"{{Samples.Agent}}",
                "action":"channel.activated","subject":"{{Samples.Channel}}","detail":"sms"}],"next":null}
                """);
}
