using PPMessage.Http;

namespace PPMessage.Health;

/// <summary>What the API's document says of health.</summary>
internal static class HealthOperations
{
    private const string Tag = "Health";

    public static Operation Live() =>
        new Operation(Tag, "getLive", "Whether the process answers").Answers(200, "It does.", HealthJson.Default.HealthReport, """{"status":"pass","checks":[]}""");

    public static Operation Ready() =>
        new Operation(Tag, "getReady", "Whether this instance can work", "Names no secret. An answer may be a few seconds old.")
            .Answers(200, "It can; warn: somebody should look.", HealthJson.Default.HealthReport,
                """
                {"status":"warn","checks":[{"name":"storage","status":"pass","message":null},{"name":"deadLetters","status":"warn",
                "message":"1 given up: read them at /api/dead-letters, and replay or delete them."}]}
                """)
            .Answers(503, "It can't.", HealthJson.Default.HealthReport, """
                {"status":"fail","checks":[{"name":"storage","status":"fail","message":"The storage does not answer."}]}
                """);
}
