using PPMessage.Http;

namespace PPMessage.Audit;

/// <summary>What the API's document says of the audit log.</summary>
internal static class AuditOperations
{
    private const string Time = """{"type":"string","format":"date-time"}""";

    public static Operation List() =>
        new Operation("Audit", "listAuditLines", "Lists who changed what", "Newest first. No line holds a secret. Of a filtered list a page may be shorter than asked for, even empty, and still have a next.")
            .Query("who", "An agent's id, admin-key, or what of the program did it.")
            .Query("action", "An action, or what is before its dot: team finds team.created too.", "team")
            .Query("subject", "The id of what it was done to.")
            .Query("from", "Of this time or later.", null, Time).Query("to", "Of before this time.", null, Time)
            .Pages()
            .Answers(200, "Lines.", AuditJson.Default.PageAuditLine,
                $$"""
                {"items":[{"id":"01kap1cq5r7s9t1v3w5x7y9z1a","at":"2026-11-20T08:00:00Z","who":"{{Samples.Agent}}",
                "action":"team.changed","subject":"{{Samples.Team}}","detail":"售后组","changes":{"name":{"before":"售后","after":"售后组"},
                "assignment.capacity":{"before":null,"after":5} } }],"next":null}
                """);
}
