using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Agents.Teams;

/// <summary>To whom a conversation goes that nobody has.</summary>
/// <param name="Capacity">How many open conversations somebody may have and still be given another; null: any number. Only with a method that assigns.</param>
internal sealed record AssignmentRule(AssignmentMethod Method, int? Capacity)
{
    public const int HighestCapacity = 1000;

    public static readonly AssignmentRule Everybody = new(AssignmentMethod.All, null);

    /// <summary>What a client wants; absent parts stay as they are, with the capacity going where it has no meaning.</summary>
    public static AssignmentRule From(Fields fields, AssignmentRule current)
    {
        var method = fields.Word<AssignmentMethod>("method", current.Method);
        var capacity = fields.Has("capacity") ? CapacityOf(fields) : method == AssignmentMethod.All ? null : current.Capacity;
        if (method == AssignmentMethod.All && capacity is not null) fields.Refuse("capacity", "must be null with the method all, which assigns nobody");
        return new AssignmentRule(method, capacity);
    }

    private static int? CapacityOf(Fields fields)
    {
        var value = fields.Json("capacity")!.Value;
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is >= 1 and <= HighestCapacity) return number;
        fields.Refuse("capacity", $"must be a number from 1 to {HighestCapacity}, or null");
        return null;
    }
}

internal enum AssignmentMethod
{
    /// <summary>Nobody is assigned; everybody sees it as theirs to take.</summary>
    All,

    /// <summary>One after the other, in the order in which they were hired.</summary>
    InTurn,

    Random,

    /// <summary>Who has the fewest open conversations; among equals in turn.</summary>
    LeastBusy,
}

/// <summary>The rule for conversations that belong to no team.</summary>
internal sealed record AssignmentSetting : Setting
{
    public AssignmentRule Rule { get; init; } = AssignmentRule.Everybody;
}
