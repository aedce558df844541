using PPMessage.Http;

namespace PPMessage.Work;

/// <summary>What the API's document says of dead letters.</summary>
internal static class DeadLettersOperations
{
    private const string Tag = "Dead letters";

    private const string Letter =
        $$"""
        {"id":"{{Samples.Letter}}","kind":"inbound","reason":"StoreException: Channel {{Samples.Channel}} is gone.",
        "payload":{"message":{"from":"{{Samples.Phone}}","text":"你好"} },"blob":null,"createdAt":"2026-11-20T08:00:00Z",
        "replayedAt":null}
        """;

    public static Operation List() =>
        new Operation(Tag, "listDeadLetters", "Lists what failed for good", "Newest first, of the months for which they are kept.").Pages()
            .Answers(200, "Letters.", DeadLettersJson.Default.PageDeadLetter, $$"""{"items":[{{Letter}}],"next":null}""");

    public static Operation Get() => One("getDeadLetter", "Reads a dead letter").Answers(200, "The letter, with what the work was given.", DeadLettersJson.Default.DeadLetter, Letter);

    public static Operation Raw() =>
        One("getDeadLetterMail", "Reads the mail of a dead letter").Refuses(404, "There is no such letter, or it is about no mail.").AnswersFile(200, "The mail as it came, as a download.", Media.Mail);

    public static Operation Replay() =>
        One("replayDeadLetter", "Puts the work into the queue again",
                "It stays as a letter, with the time of its replay.").Refuses(422, "It can only be read: there is no work to repeat.")
            .Answers(200, "The letter.", DeadLettersJson.Default.DeadLetter, Letter.Replace("\"replayedAt\":null", "\"replayedAt\":\"2026-11-20T09:00:00Z\"", StringComparison.Ordinal));

    public static Operation Delete() => One("deleteDeadLetter", "Puts a dead letter away").Answers(204, "It is gone.");

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The letter's id.", Samples.Letter);
}
