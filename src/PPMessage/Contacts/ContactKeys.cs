using System.Globalization;

namespace PPMessage.Contacts;

/// <summary>Where contacts and addresses lie. The bucket is part of the contact's id for ever.</summary>
internal static class ContactKeys
{
    public const string Prefix = "ct_";
    public const int Buckets = 32;
    private const int BucketLength = 2;

    public static string NewId(string ulid) => Prefix + ulid + Bucket(ulid);

    /// <summary>Null when the id is none of ours.</summary>
    public static string? BucketOf(string id) =>
        Ids.UlidOf(id, Prefix, BucketLength) is { } ulid && id.EndsWith(Bucket(ulid), StringComparison.Ordinal) ? Bucket(ulid) : null;

    /// <summary>When the id was drawn: the same whoever asks, while several who take in the contact's first message note several times of it.</summary>
    public static DateTimeOffset DrawnAt(string id) => Ids.TimeOf(id.Substring(Prefix.Length, Ids.UlidLength))!.Value;

    public static IEnumerable<string> AllBuckets() => Enumerable.Range(0, Buckets).Select(BucketName);

    public static string Row(string id) => "c|" + id;

    public static string StandingRow(string id) => "s|" + id;

    /// <summary>Newest first: the conversation's ULID stands inverted.</summary>
    public static string ConversationRow(string id, string conversationUlid) => ConversationsPrefix(id) + Ids.Inverse(conversationUlid);

    public static bool IsConversationRow(string id, string row) =>
        row.StartsWith(ConversationsPrefix(id), StringComparison.Ordinal)
        && row.Length == ConversationsPrefix(id).Length + Ids.UlidLength && Ids.IsBase32(row.AsSpan(row.Length - Ids.UlidLength));

    /// <summary>Of a row that notes a conversation: its ULID tells.</summary>
    public static DateTimeOffset? ConversationStartedAt(string row) => Ids.TimeOf(Ids.Inverse(row[^Ids.UlidLength..]));

    public static string ConversationsPrefix(string id) => $"v|{id}|";

    public static (string Partition, string Row) Of(Address address)
    {
        var hash = Ids.Hash(address.Value);
        return ($"{Word(address.Kind)}-{hash[..2]}", hash);
    }

    private static string Word(AddressKind kind) => kind switch
    {
        AddressKind.Phone => "phone",
        AddressKind.Email => "email",
        _ => "external",
    };

    private static string Bucket(string ulid) => BucketName(Ids.Digit(Ids.Hash(ulid)[0]) % Buckets);

    private static string BucketName(int number) => number.ToString("x2", CultureInfo.InvariantCulture);
}
