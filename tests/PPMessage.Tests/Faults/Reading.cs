using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>What fault tests read of a workspace.</summary>
internal static class Reading
{
    public static async Task<string> OnlyConversationAsync(this Workspace workspace) =>
        Assert.Single(await workspace.ConversationsAsync()).GetProperty("id").GetString()!;

    /// <summary>Null: the message has no delivery.</summary>
    public static string? State(this JsonElement message) =>
        message.GetProperty("delivery") is { ValueKind: JsonValueKind.Object } delivery ? delivery.GetProperty("state").GetString() : null;

    public static bool IsUnknown(this JsonElement message) => message.State() == "unknown";
}
