using PPMessage.Contacts;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Contacts;

public sealed class ContactKeysTests
{
    [Fact]
    public void An_id_says_in_which_bucket_the_contact_lies_and_all_buckets_are_used()
    {
        var ids = Enumerable.Range(0, 1000).Select(i => ContactKeys.NewId(Ids.SeededUlid(DateTimeOffset.UnixEpoch, $"{i}"))).ToList();
        Assert.All(ids, id => Assert.EndsWith(ContactKeys.BucketOf(id)!, id, StringComparison.Ordinal));
        Assert.Equal(ContactKeys.AllBuckets().Order(StringComparer.Ordinal), ids.Select(id => ContactKeys.BucketOf(id)!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_id_with_another_bucket_is_none_of_ours()
    {
        var id = ContactKeys.NewId(Ids.SeededUlid(DateTimeOffset.UnixEpoch, "x"));
        var other = ContactKeys.AllBuckets().First(bucket => !id.EndsWith(bucket, StringComparison.Ordinal));
        Assert.Null(ContactKeys.BucketOf(id[..^2] + other));
        Assert.Null(ContactKeys.BucketOf("ct_"));
        Assert.Null(ContactKeys.BucketOf("王芳"));
    }

    [Fact]
    public void Foreign_text_stands_hashed_in_keys_and_kinds_do_not_meet()
    {
        var phone = ContactKeys.Of(new Address(AddressKind.Phone, "SUPPORT"));
        var external = ContactKeys.Of(new Address(AddressKind.External, "SUPPORT"));
        Assert.NotEqual(phone, external);
        Assert.True(Ids.IsBase32(phone.Row));
        Assert.True(Ids.IsBase32(ContactKeys.Of(new Address(AddressKind.Email, "王芳/#?@例子.中国")).Row));
    }

    [Fact]
    public void Conversations_stand_newest_first()
    {
        var older = ContactKeys.ConversationRow("ct_1", Ids.SeededUlid(DateTimeOffset.UnixEpoch, "a"));
        var newer = ContactKeys.ConversationRow("ct_1", Ids.SeededUlid(DateTimeOffset.UnixEpoch.AddDays(1), "a"));
        Assert.True(string.CompareOrdinal(newer, older) < 0);
        Assert.StartsWith(ContactKeys.ConversationsPrefix("ct_1"), older, StringComparison.Ordinal);
        Assert.NotNull(RowRange.Prefix(ContactKeys.ConversationsPrefix("ct_1")).To);
    }
}
