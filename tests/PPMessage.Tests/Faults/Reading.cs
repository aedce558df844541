using System.Text.Json;

namespace PPMessage.Tests.Faults;

/// <summary>What fault tests read of a workspace.</summary>
internal static class Reading
{
    /// <summary>Null: the message has no delivery.</summary>
    public static string? State(this JsonElement message) =>
        message.GetProperty("delivery") is { ValueKind: JsonValueKind.Object } delivery ? delivery.GetProperty("state").GetString() : null;
}
