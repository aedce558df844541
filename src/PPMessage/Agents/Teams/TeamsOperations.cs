using PPMessage.Agents.Hours;
using PPMessage.Http;

namespace PPMessage.Agents.Teams;

/// <summary>What the API's document says of teams.</summary>
internal static class TeamsOperations
{
    private const string Tag = "Teams";

    private const string Fields =
        $$"""
        "name":"售后组","members":["{{Samples.Agent}}"],"assignment":{"method":"least_busy","capacity":5},
        "businessHours":{{HoursOperations.Written}}
        """;

    private const string Example =
        $$"""
        {"id":"{{Samples.Team}}","name":"售后组","members":["{{Samples.Agent}}"],
        "assignment":{"method":"least_busy","capacity":5},"businessHours":{{{HoursOperations.Fields}}},
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"}
        """;

    public static Operation List() =>
        new Operation(Tag, "listTeams", "Lists teams", "In the order in which they were made.").Pages()
            .Answers(200, "Teams.", TeamJson.Default.PageTeamView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Get() => Shown(One("getTeam", "Reads a team"));

    public static Operation Create() =>
        new Operation(Tag, "createTeam", "Makes a team", "Agents who share conversations.").Repeatable()
            .Takes(Shape("NewTeam").Required("name"), $"{{{Fields}}}")
            .Refuses(409, "Another team has this name, or others change the same agents at the same time.")
            .Refuses(422, "Too many members for one step, or the Idempotency-Key was used with another body.")
            .Answers(201, "The team.", TeamJson.Default.TeamView, Example).With("Location", "ETag");

    public static Operation Change() =>
        Shown(One("changeTeam", "Changes a team", "What is left out stays. Members are replaced as a whole, at most 90 joining or leaving at a time.").IfMatch()
            .Takes(Shape("TeamChange"), $$"""{"name":"售后组（夜班）","members":["{{Samples.Agent}}"],"assignment":{"method":"in_turn"},"businessHours":null}""")
            .Refuses(409, "Another team has this name, or others change it or its members at the same time.")
            .Refuses(422, "Too many members join or leave in one step."));

    public static Operation Delete() =>
        One("deleteTeam", "Deletes a team", "Its members stay agents; its conversations count as nobody's team's.").IfMatch().Refuses(409).Answers(204, "It is gone.");

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The team's id.", Samples.Team);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The team.", TeamJson.Default.TeamView, Example).With("ETag");

    private static Shape Shape(string name) => new Shape(name)
        .Text("name", "At most 100 characters; belongs to one team.")
        .Texts("members", "Ids of agents; at most 1000.")
        .Object("assignment", "To whom its conversations go.", new Shape("TeamAssignment").Rule())
        .OptionalObject("businessHours", "Its own; null: the workspace's.", new Shape("TeamHours").Hours());
}
