using System.Net;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class NumbersTests : SandboxTest
{
    private string Numbers => $"{Account}/IncomingPhoneNumbers";

    [Fact]
    public async Task Numbers_are_found_by_any_part_of_them()
    {
        var exact = await JsonAsync($"{Numbers}.json?PhoneNumber=%2B15005550006");
        var part = await JsonAsync($"{Numbers}.json?PhoneNumber=555");
        var wild = await JsonAsync($"{Numbers}.json?PhoneNumber=%2B1500555**06");
        var none = await JsonAsync($"{Numbers}.json?PhoneNumber=%2B19999999999");

        var number = Assert.Single(exact.GetProperty("incoming_phone_numbers").EnumerateArray());
        Assert.Equal(Demo.Number, number.GetProperty("phone_number").GetString());
        Assert.True(number.GetProperty("capabilities").GetProperty("sms").GetBoolean());
        Assert.True(part.GetProperty("incoming_phone_numbers").GetArrayLength() > 1);
        Assert.Equal(1, wild.GetProperty("incoming_phone_numbers").GetArrayLength());
        Assert.Equal(0, none.GetProperty("incoming_phone_numbers").GetArrayLength());
    }

    [Fact]
    public async Task Urls_are_set_and_read_back_and_what_is_not_named_stays()
    {
        var path = $"{Numbers}/{Sandbox.Number(Demo.Number)!.Sid}.json";
        (await PostAsync(path, ("SmsUrl", "https://h.example/sms#rc=3&rp=all"), ("VoiceApplicationSid", "AP1"))).EnsureSuccessStatusCode();
        (await PostAsync(path, ("SmsFallbackUrl", "https://h.example/fallback"), ("SmsMethod", "GET"), ("TrunkSid", "TK1"))).EnsureSuccessStatusCode();

        var number = await JsonAsync(path);

        Assert.Equal("https://h.example/sms#rc=3&rp=all", number.GetProperty("sms_url").GetString());
        Assert.Equal("https://h.example/fallback", number.GetProperty("sms_fallback_url").GetString());
        Assert.Equal("GET", number.GetProperty("sms_method").GetString());
        Assert.Equal("POST", number.GetProperty("sms_fallback_method").GetString());
        Assert.Equal("", number.GetProperty("voice_application_sid").GetString());
        Assert.Equal("TK1", number.GetProperty("trunk_sid").GetString());
    }

    [Theory]
    [InlineData("SmsUrl", "not a url", 21502)]
    [InlineData("SmsUrl", "https://under_score.example/sms", 21502)]
    [InlineData("SmsMethod", "PUT", 21403)]
    public async Task A_url_or_method_that_can_not_be_called_is_refused(string field, string value, int code)
    {
        using var answer = await PostAsync($"{Numbers}/{Sandbox.Number(Demo.Number)!.Sid}.json", (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await JsonAsync(answer)).GetProperty("code").GetInt32());
        Assert.Equal("", Sandbox.Number(Demo.Number)!.SmsUrl);
    }

    [Fact]
    public async Task A_number_is_bought_once_and_released()
    {
        using var bought = await PostAsync($"{Numbers}.json", ("PhoneNumber", "+15005550999"), ("SmsUrl", "https://h.example/sms"));
        using var again = await PostAsync($"{Numbers}.json", ("PhoneNumber", "+15005550999"));
        var number = await JsonAsync(bought);
        using var released = await Http.DeleteAsync(new Uri($"{Numbers}/{number.GetProperty("sid").GetString()}.json", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Created, bought.StatusCode);
        Assert.Equal(21422, (await JsonAsync(again)).GetProperty("code").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, released.StatusCode);
        Assert.Null(Sandbox.Number("+15005550999"));
    }
}
