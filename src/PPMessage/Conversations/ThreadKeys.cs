using System.Security.Cryptography;
using System.Text;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>
/// Makes thread keys and reads ids. T = base32 of the first 16 bytes of HMAC-SHA256(workspace key, channel id | canonical remote address):
/// computable from a raw callback, before contact or conversation are known, and never changing.
/// </summary>
internal sealed class ThreadKeys(WorkspaceKey key)
{
    public const string ConversationPrefix = "cv_";
    public const string MessagePrefix = "msg_";

    public async ValueTask<string> OfAsync(string channelId, Address address, CancellationToken cancellation) =>
        Ids.Base32(HMACSHA256.HashData(await key.GetAsync(cancellation), Encoding.UTF8.GetBytes($"{channelId}|{address.Value}")).AsSpan(0, 16));

    /// <summary>Thread and ULID of a conversation's id; null when it is none.</summary>
    public static (string Thread, string Ulid)? Conversation(string id) => Split(id, ConversationPrefix);

    public static (string Thread, string Ulid)? Message(string id) => Split(id, MessagePrefix);

    private static (string Thread, string Ulid)? Split(string id, string prefix) =>
        Ids.UlidOf(id, prefix, Ids.ThreadLength) is { } ulid && Ids.IsBase32(id.AsSpan(id.Length - Ids.ThreadLength))
            ? (id[^Ids.ThreadLength..], ulid)
            : null;
}

/// <summary>Row keys within a thread's partition.</summary>
internal static class ThreadRows
{
    public const string Head = "0h";

    public const string RunPrefix = "0r|";

    /// <summary>Head and live runs are neighbours: one range read brings both.</summary>
    public static readonly RowRange HeadAndRuns = new("0h", "0s");

    public const string ClosedPrefix = "c|";

    public const string AllMessagesPrefix = "m|";

    public static string Closed(string conversationUlid) => ClosedPrefix + conversationUlid;

    /// <summary>Newest message first: its ULID stands inverted.</summary>
    public static string Message(string conversationUlid, string messageUlid) => MessagesPrefix(conversationUlid) + Ids.Inverse(messageUlid);

    public static string MessagesPrefix(string conversationUlid) => $"{AllMessagesPrefix}{conversationUlid}|";

    /// <summary>Of one message: its row and the provider's words about it.</summary>
    public static RowRange MessageAndEvents(string messageRow) => new(messageRow, messageRow + "}");

    /// <summary>Equal words about equal attempts are one row: a doubled callback meets it.</summary>
    public static string Event(string messageRow, int attempt, string providerState, string providerId) =>
        $"{messageRow}|{attempt:D3}|{Ids.Hash($"{providerState}|{providerId}")}";

    /// <summary>The ULID of the conversation that a message's or an event's row belongs to.</summary>
    public static string ConversationOf(string messageRow) => messageRow.Substring(AllMessagesPrefix.Length, Ids.UlidLength);

    /// <summary>A message's row is <c>m|{ulid}|{ulid}</c>; its events' go on behind that.</summary>
    public static bool IsEvent(string row) => row.Length > 3 + (2 * Ids.UlidLength);

    public static string Dedupe(string kind, string foreignId) => "d|" + Ids.Hash($"{kind}|{foreignId}");
}
