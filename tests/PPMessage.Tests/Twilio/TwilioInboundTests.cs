using PPMessage.Channels;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioInboundTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_text_is_read_as_it_was_written()
    {
        var (message, odd) = Parse(Payload.Fields("inbound-sms.txt"));

        Assert.Null(odd);
        Assert.Equal("  hé & +1 👍\n您好 ", message!.Text);
        Assert.Equal(("SM1aa0cdf6e13c4a4dbbe9c1c43d1c6f6e", "+14155550123", "+15005550006"), (message.ProviderId, message.From, message.To));
        Assert.Equal(("ch_1", Now, null), (message.ChannelId, message.ReceivedAt, message.OptOutType));
        Assert.Empty(message.Media);
        Assert.Equal(19, message.Raw.Count);
        Assert.Equal("SAN FRANCISCO", message.Raw["FromCity"]);
        Assert.Equal("", message.Raw["ToZip"]);
    }

    [Fact]
    public void All_files_come_with_their_types_in_order()
    {
        var (message, odd) = Parse(Payload.Fields("inbound-mms.txt"));

        Assert.Null(odd);
        Assert.Equal("", message!.Text);
        Assert.Equal(["image/jpeg", "video/3gpp", "text/vcard"], message.Media.Select(m => m.ContentType));
        Assert.Equal(['a', 'b', 'c'], message.Media.Select(m => m.Url[^1]));
    }

    [Fact]
    public void Twilios_own_reading_of_an_opt_out_word_is_passed_on() => Assert.Equal("STOP", Parse(Payload.Fields("inbound-stop.txt")).Message!.OptOutType);

    [Theory]
    [InlineData("inbound-short-code.txt", "50555")]
    [InlineData("inbound-fallback.txt", "SUPPORT")]
    public void Senders_that_are_no_phone_numbers_are_senders(string payload, string from)
    {
        var (message, odd) = Parse(Payload.Fields(payload));

        Assert.Null(odd);
        Assert.Equal(from, message!.From);
    }

    [Theory]
    [InlineData("MessageSid")]
    [InlineData("From")]
    [InlineData("To")]
    public void Without_a_name_or_an_address_there_is_no_message(string missing)
    {
        foreach (var value in new string?[] { null, "", new('9', 321) })
        {
            var (message, odd) = Parse(Changed("inbound-sms.txt", missing, value));

            Assert.Null(message);
            Assert.Contains(missing, odd, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2")]
    [InlineData("4")]
    [InlineData("-3")]
    [InlineData("")]
    [InlineData("three")]
    [InlineData("99999999999999999999")]
    public void A_nonsense_number_of_files_costs_nobody_a_file(string count)
    {
        var (message, odd) = Parse(Changed("inbound-mms.txt", "NumMedia", count));

        Assert.Equal(3, message!.Media.Count);
        Assert.NotNull(odd);
    }

    [Fact]
    public void A_gap_between_the_files_costs_only_the_missing_one()
    {
        var (message, odd) = Parse(Changed("inbound-mms.txt", "MediaUrl1", null));

        Assert.Equal(["image/jpeg", "text/vcard"], message!.Media.Select(m => m.ContentType));
        Assert.NotNull(odd);
    }

    [Fact]
    public void The_number_of_files_is_bounded()
    {
        var many = Enumerable.Range(0, 100).Select(i => KeyValuePair.Create($"MediaUrl{i}", "https://api.twilio.com/x"));

        var (message, odd) = Parse(new TwilioFields([.. Payload.Pairs(Payload.Read("inbound-sms.txt")).Where(p => p.Key != "NumMedia"), .. many, new("NumMedia", "100")]));

        Assert.Equal(TwilioInbound.MostMedia, message!.Media.Count);
        Assert.NotNull(odd);
    }

    [Fact]
    public void A_message_without_Body_and_NumMedia_is_an_empty_message()
    {
        var (message, odd) = Parse(new TwilioFields([new("MessageSid", "SM1"), new("From", "a"), new("To", "b")]));

        Assert.Null(odd);
        Assert.Equal("", message!.Text);
    }

    private static TwilioInbound Parse(TwilioFields fields) => TwilioInbound.Parse(Channel, fields, Now);

    private static TwilioFields Changed(string payload, string name, string? value)
    {
        var others = Payload.Pairs(Payload.Read(payload)).Where(pair => pair.Key != name);
        return new TwilioFields(value is null ? others : [.. others, new(name, value)]);
    }

    private static Channel Channel => new()
    {
        Id = "ch_1", Kind = "sms", Provider = "twilio", Name = "x", Settings = new Dictionary<string, string>(), Secrets = new Dictionary<string, WrappedSecret>(),
        HookKey = "k", CreatedAt = Now, UpdatedAt = Now,
    };
}
