using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Inbound;
using PPMessage.Suppressions;
using Xunit;

namespace PPMessage.Tests.Inbound;

public sealed class InboundTranslationTests
{
    [Theory]
    [InlineData("STOP", null, nameof(OptOutWord.Stop))]
    [InlineData("退订", null, nameof(OptOutWord.Stop))]
    [InlineData("ARRÊT", "STOP", nameof(OptOutWord.Stop))]
    [InlineData("hello", "start", nameof(OptOutWord.Start))]
    [InlineData("STOP", "HELP", nameof(OptOutWord.Help))]
    [InlineData("STOP please", null, null)]
    [InlineData("STOP", "NEWTYPE", nameof(OptOutWord.Stop))]
    public void The_providers_reading_of_a_word_goes_before_our_own(string text, string? type, string? word) =>
        Assert.Equal(word, Translate(Message(text) with { OptOutType = type }).Word?.ToString());

    [Theory]
    [InlineData("image/jpeg", "1.jpg")]
    [InlineData("IMAGE/PNG", "1.png")]
    [InlineData("application/x-unheard-of", "1.bin")]
    public void A_file_has_a_name_that_a_person_can_open(string type, string name) =>
        Assert.Equal((name, type), Assert.Single(Translate(Message("") with { Media = [new InboundMedia("https://example.com/1", type)] }).Attachments.Select(file => (file.Name, file.ContentType))));

    [Fact]
    public void Every_run_of_the_same_work_makes_the_same_message() =>
        Assert.Equal(Translate(Message("Hi")).MessageId, Translate(Message("Hi")).MessageId);

    private static InboundMessage Message(string text) => new()
    {
        ChannelId = "ch_1", ProviderId = "SM1", From = "+8613800001111", To = "+15005550006", Text = text, ReceivedAt = DateTimeOffset.UnixEpoch, Raw = new Dictionary<string, string>(),
    };

    private static PPMessage.Conversations.Received Translate(InboundMessage message) => InboundTranslation.Of(
        new InboundWork(message, Ids.SeededUlid(DateTimeOffset.UnixEpoch, "x")),
        new Channel
        {
            Id = "ch_1", Kind = "sms", Provider = "twilio", Name = "Support", Settings = new Dictionary<string, string>(), Secrets = new Dictionary<string, WrappedSecret>(),
            HookKey = "key", CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
        },
        Conversations.Some.Thread,
        Address.OfSender(AddressKind.Phone, message.From));
}
