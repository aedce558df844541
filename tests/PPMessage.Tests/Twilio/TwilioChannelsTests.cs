using PPMessage.Channels;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioChannelsTests
{
    private const string Account = "AC0123456789abcdef0123456789ABCDEF";
    private const string Service = "MG0123456789abcdef0123456789abcdef";
    private const string Key = "SK0123456789abcdef0123456789abcdef";

    private static readonly string[] Token = [TwilioChannels.AuthToken];

    [Fact]
    public void An_account_a_number_and_the_token_are_enough() => Assert.Empty(Validate(Token, ("accountSid", Account), ("phoneNumber", "+15005550006")));

    [Fact]
    public void A_service_stands_for_the_number_and_may_stand_beside_it()
    {
        Assert.Empty(Validate(Token, ("accountSid", Account), ("messagingServiceSid", Service)));
        Assert.Empty(Validate(Token, ("accountSid", Account), ("messagingServiceSid", Service), ("phoneNumber", "+15005550006"), ("region", "au1"), ("edge", "sydney")));
    }

    [Fact]
    public void What_is_missing_is_named() =>
        Assert.Equal(["secrets.authToken", "settings.accountSid", "settings.phoneNumber"], Validate([]).Order());

    [Fact]
    public void A_key_and_its_secret_go_together_and_do_not_replace_the_token()
    {
        (string, string)[] settings = [("accountSid", Account), ("phoneNumber", "+15005550006")];
        Assert.Empty(Validate(["authToken", "apiKeySecret"], [.. settings, ("apiKeySid", Key)]));
        Assert.Equal(["secrets.apiKeySecret"], Validate(Token, [.. settings, ("apiKeySid", Key)]));
        Assert.Equal(["settings.apiKeySid"], Validate(["authToken", "apiKeySecret"], settings));
        Assert.Equal(["secrets.authToken"], Validate(["apiKeySecret"], [.. settings, ("apiKeySid", Key)]));
    }

    [Theory]
    [InlineData("accountSid", "AC0123")]
    [InlineData("accountSid", "SK0123456789abcdef0123456789abcdef")]
    [InlineData("accountSid", "AC0123456789abcdef0123456789abcdeg")]
    [InlineData("accountSid", "AC0123456789abcdef0123456789abcdef\n")]
    [InlineData("phoneNumber", "15005550006")]
    [InlineData("phoneNumber", "+05005550006")]
    [InlineData("phoneNumber", "+1 500 555 0006")]
    [InlineData("phoneNumber", "+1234567890123456")]
    [InlineData("phoneNumber", "")]
    [InlineData("messagingServiceSid", Account)]
    [InlineData("apiKeySid", Account)]
    [InlineData("region", "au1.evil.com")]
    [InlineData("region", "-")]
    [InlineData("edge", "Sydney/")]
    [InlineData("colour", "blue")]
    public void A_setting_that_does_not_fit_is_named(string name, string value)
    {
        var settings = new Dictionary<string, string> { ["accountSid"] = Account, ["phoneNumber"] = "+15005550006", [name] = value };

        Assert.Contains($"settings.{name}", new TwilioChannels().Validate(settings, Token.Append("apiKeySecret").ToHashSet()).Keys);
    }

    [Fact]
    public void An_unknown_secret_is_named() =>
        Assert.Equal(["secrets.password"], Validate(["authToken", "password"], ("accountSid", Account), ("phoneNumber", "+15005550006")));

    [Theory]
    [InlineData("https://hub.example.com")]
    [InlineData("https://hub.example.com/")]
    public void The_URLs_stand_on_the_configured_base(string baseUrl)
    {
        var urls = new TwilioChannels().Urls(new Uri(baseUrl), "key");

        Assert.Equal("https://hub.example.com/hooks/key/sms", urls["url"]);
        Assert.Equal("https://hub.example.com/hooks/key/sms/status", urls["statusUrl"]);
    }

    [Theory]
    [InlineData("https://api.twilio.com", null, null, "https://api.twilio.com/")]
    [InlineData("https://api.twilio.com", "sydney", "au1", "https://api.sydney.au1.twilio.com/")]
    [InlineData("https://api.twilio.com", null, "ie1", "https://api.ie1.twilio.com/")]
    [InlineData("https://api.twilio.com", "ashburn", null, "https://api.ashburn.us1.twilio.com/")]
    [InlineData("http://127.0.0.1:4010", "sydney", "au1", "http://127.0.0.1:4010/")]
    public void A_region_has_its_own_host_unless_the_base_is_not_Twilios(string twilio, string? edge, string? region, string expected)
    {
        var settings = new Dictionary<string, string>();
        if (edge is not null) settings["edge"] = edge;
        if (region is not null) settings["region"] = region;
        var channel = new Channel
        {
            Id = "ch_1", Kind = "sms", Provider = "twilio", Name = "x", Settings = settings, Secrets = new Dictionary<string, WrappedSecret>(),
            HookKey = "k", CreatedAt = default, UpdatedAt = default,
        };

        Assert.Equal(expected, TwilioAccount.BaseFor(channel, new Uri(twilio)).AbsoluteUri);
    }

    private static IEnumerable<string> Validate(IEnumerable<string> secrets, params (string Name, string Value)[] settings) =>
        new TwilioChannels().Validate(settings.ToDictionary(s => s.Name, s => s.Value), secrets.ToHashSet()).Keys;
}
