using PPMessage.Http;

namespace PPMessage.Agents.Teams;

/// <summary>What the API's document says of how conversations find their agent.</summary>
internal static class AssignmentOperations
{
    private const string Example = """{"method":"in_turn","capacity":8}""";

    public static Operation Get() => Shown(new Operation("Settings", "getAssignment", "Reads the rule for conversations that belong to no team"));

    public static Operation Put() =>
        Shown(new Operation("Settings", "setAssignment", "Sets the rule for conversations that belong to no team",
                "As a whole: what is left out is as if never set. Conversations that nobody has are handed out by it soon after.").IfMatch()
            .Takes(new Shape("Assignment").Rule(), Example).Refuses(409));

    /// <summary>As <see cref="AssignmentRule.From"/> reads it.</summary>
    public static Shape Rule(this Shape shape) => shape
        .Word<AssignmentMethod>("method", "all (the default): nobody is assigned, everybody may take it; in_turn; random; least_busy: who has the fewest open conversations. Only agents who are ready.")
        .OptionalCount("capacity", "How many open conversations somebody may have and still be given another; null: any number. Null with all.", AssignmentRule.HighestCapacity);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The rule.", TeamJson.Default.AssignmentRule, Example).With("ETag");
}
