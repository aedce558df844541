using System.Security.Cryptography;
using System.Text;
using PPMessage.Storage;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>What a link names.</summary>
/// <param name="Thread">The key of the thread that the message lies in.</param>
internal sealed record Linked(string Thread, string ConversationId, string MessageId);

/// <summary>
/// Makes and reads the links by which a recipient stops campaigns. A token is the message's and its conversation's ULID, their thread, and a MAC of all that under the
/// workspace key: nobody else can make one, and no table keeps them. Links never expire, as the mails that hold them do not. Thread-safe.
/// </summary>
internal sealed class UnsubscribeLinks(WorkspaceKey key, PPMessageOptions options)
{
    public const string Door = "/u";

    /// <summary>Keeps these MACs apart from whatever else is made with the workspace key: thread keys begin with a channel's id.</summary>
    private const string Purpose = "unsubscribe|";

    /// <summary>Of 16 bytes in base32.</summary>
    private const int MacLength = 26;

    private const int NamesLength = Ids.UlidLength + Ids.UlidLength + Ids.ThreadLength;

    /// <exception cref="ArgumentException">These are no ids of a message and its conversation.</exception>
    public async ValueTask<Uri> ForAsync(string conversationId, string messageId, CancellationToken cancellation)
    {
        if (ThreadKeys.Conversation(conversationId) is not { } conversation || ThreadKeys.Message(messageId) is not { } message || message.Thread != conversation.Thread)
            throw new ArgumentException($"{messageId} is no message of {conversationId}.", nameof(messageId));
        var names = conversation.Ulid + message.Ulid + message.Thread;
        return new Uri($"{options.PublicBaseUrl.AbsoluteUri.TrimEnd('/')}{Door}/{names}{await MacAsync(names, cancellation)}");
    }

    /// <summary>Null: it is none of ours.</summary>
    public async ValueTask<Linked?> ReadAsync(string token, CancellationToken cancellation)
    {
        if (token.Length != NamesLength + MacLength || !Ids.IsBase32(token)) return null;
        var names = token[..NamesLength];
        if (!AreSame(token[NamesLength..], await MacAsync(names, cancellation))) return null;
        var thread = names[^Ids.ThreadLength..];
        return new Linked(
            thread, $"{ThreadKeys.ConversationPrefix}{names[..Ids.UlidLength]}{thread}", $"{ThreadKeys.MessagePrefix}{names.Substring(Ids.UlidLength, Ids.UlidLength)}{thread}");
    }

    // As text: the last digit has bits that say nothing, and a token is right in one form only.
    private static bool AreSame(string given, string right) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(given), Encoding.ASCII.GetBytes(right));

    private async ValueTask<string> MacAsync(string names, CancellationToken cancellation) => Mac(await key.GetAsync(cancellation), names);

    private static string Mac(byte[] key, string names) => Ids.Base32(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(Purpose + names)).AsSpan(0, 16));
}
