using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Campaigns;
using PPMessage.Campaigns.Settings;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Campaigns.Settings;

public sealed class SettingsApiTests : IAsyncLifetime
{
    private const string Path = "/api/settings/campaigns";

    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(services: services => services.AddCampaignSettings(), map: app =>
    {
        app.MapCampaignSettings();
        _settings = app.Services.GetRequiredService<SettingStore<CampaignSettings>>();
    });

    private SettingStore<CampaignSettings> _settings = null!;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task What_was_never_set_is_careful()
    {
        var shown = await _app.Admin.AskAsync(Path);
        Assert.Equal(("""
            {"frequencyCap":{"max":3,"per":"P7D"},"quietHours":{"from":"21:00","to":"09:00"},"holidays":false,"answerWithin":"P7D","ratePerSecond":{"sms":10,"email":50},
            """.Trim(), "\"0\""), (shown.Text[..shown.Text.IndexOf("\"domainRates", StringComparison.Ordinal)], shown.ETag));
        Assert.Contains("回T退订", shown.Text, StringComparison.Ordinal);
        Assert.Equal(shown.Text, (await _app.Admin.PutAsync(Path, "{}")).Text);
    }

    [Fact]
    public async Task What_was_set_is_kept_as_a_whole_and_noted()
    {
        var put = await _app.Admin.PutAsync(Path, """
            {"frequencyCap":null,"quietHours":null,"holidays":true,"answerWithin":"PT36H","ratePerSecond":{"sms":0.5},"domainRates":{"QQ.com":2,"邮箱.中国":1},"mailBatch":100,
             "footers":{"sms":{"zh-TW":"回覆T退訂","zh":"","en":"STOP = end\nBye"}}}
            """);
        Assert.Equal(200, put.Status);
        Assert.Equal((put.Text, "\"1\""), ((await _app.Admin.AskAsync(Path)).Text, put.ETag));
        var kept = await _settings.GetAsync(TestContext.Current.CancellationToken);
        Assert.Null(kept.FrequencyCap);
        Assert.Null(kept.SendingTimes.QuietHours);
        Assert.True(kept.SendingTimes.Holidays);
        Assert.Equal((TimeSpan.FromHours(36), 100), (kept.AnswerTime, kept.MailBatch));
        Assert.Equal((0.5, 50, 1), (kept.RateOf("sms"), kept.RateOf("email"), kept.RateOf("call")));
        Assert.Equal((2, 1, null), (kept.RateOfDomain("qq.com"), kept.RateOfDomain("邮箱.中国"), kept.RateOfDomain("163.com")));
        Assert.Equal(("回覆T退訂", null, "STOP = end\nBye", "STOP = end\nBye"), (kept.FooterOf("sms", "zh-tw"), kept.FooterOf("sms", "zh-CN"), kept.FooterOf("sms", "fr"), kept.FooterOf("sms", null)));
        Assert.Equal((true, null), (kept.FooterOf("email", "zh-CN")?.Contains("退订", StringComparison.Ordinal), kept.FooterOf("call", "zh")));
        var line = (await _app.Admin.AskAsync("/api/audit?action=setting.changed")).Json.GetProperty("items")[0];
        Assert.Equal("campaigns", line.GetProperty("subject").GetString());
        Assert.Contains("frequencyCap.max", line.GetProperty("changes").GetRawText(), StringComparison.Ordinal);

        await _app.Admin.PutAsync(Path, """{"domainRates":{}}""");
        var again = await _settings.GetAsync(TestContext.Current.CancellationToken);
        Assert.Equal((3, null, 10), (again.FrequencyCap!.Max, again.RateOfDomain("qq.com"), again.RateOf("sms")));
    }

    [Fact]
    public async Task Only_admins_see_it_and_nobody_overwrites_what_they_have_not_read()
    {
        BodyTests.AssertProblem(await _app.Stranger.AskAsync(Path), 401);
        await _app.Admin.PutAsync(Path, "{}");
        using var request = new HttpRequestMessage(HttpMethod.Put, Path) { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", "\"0\"");
        using var answer = await _app.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(412, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"frequencyCap":{"max":0,"per":"P7D"}}""", "frequencyCap.max", "1 to 100")]
    [InlineData("""{"frequencyCap":{"per":"P7D"}}""", "frequencyCap.max", "required")]
    [InlineData("""{"frequencyCap":{"max":2}}""", "frequencyCap.per", "required")]
    [InlineData("""{"frequencyCap":{"max":2,"per":"P32D"}}""", "frequencyCap.per", "P31D")]
    [InlineData("""{"frequencyCap":{"max":2,"per":"P1M1D"}}""", "frequencyCap.per", "P31D")]
    [InlineData("""{"frequencyCap":{"max":2,"per":"P0D"}}""", "frequencyCap.per", "P31D")]
    [InlineData("""{"frequencyCap":{"max":2,"per":"7 days"}}""", "frequencyCap.per", "P7D")]
    [InlineData("""{"frequencyCap":3}""", "frequencyCap", "object")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"21:00"}}""", "quietHours.to", "begins")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"09:00","zone":"UTC"}}""", "quietHours.zone", "not known")]
    [InlineData("""{"holidays":"yes"}""", "holidays", "true or false")]
    [InlineData("""{"answerWithin":"PT59M"}""", "answerWithin", "PT1H")]
    [InlineData("""{"answerWithin":"P30DT1S"}""", "answerWithin", "P30D")]
    [InlineData("""{"answerWithin":"P1M"}""", "answerWithin", "P30D")]
    [InlineData("""{"answerWithin":null}""", "answerWithin", "text")]
    [InlineData("""{"ratePerSecond":{"pigeon":1}}""", "ratePerSecond.pigeon", "sms")]
    [InlineData("""{"ratePerSecond":{"sms":0}}""", "ratePerSecond.sms", "0.01 to 10000")]
    [InlineData("""{"ratePerSecond":{"sms":1e999}}""", "ratePerSecond.sms", "too great")]
    [InlineData("""{"ratePerSecond":{"sms":"10"}}""", "ratePerSecond.sms", "number")]
    [InlineData("""{"ratePerSecond":10}""", "ratePerSecond", "object")]
    [InlineData("""{"domainRates":{"腾讯":1}}""", "domainRates.腾讯", "domain")]
    [InlineData("""{"domainRates":{"qq..com":1}}""", "domainRates.qq..com", "domain")]
    [InlineData("""{"domainRates":{"qq.com":1,"QQ.com":2}}""", "domainRates.QQ.com", "twice")]
    [InlineData("""{"mailBatch":1001}""", "mailBatch", "1 to 1000")]
    [InlineData("""{"mailBatch":null}""", "mailBatch", "1 to 1000")]
    [InlineData("""{"footers":{"sms":{"中文":"回T退订"}}}""", "footers.sms.中文", "language")]
    [InlineData("""{"footers":{"sms":{"zh":7}}}""", "footers.sms.zh", "500")]
    [InlineData("""{"footers":{"sms":"回T退订"}}""", "footers.sms", "object")]
    [InlineData("""{"footers":{"fax":{}}}""", "footers.fax", "no kind")]
    [InlineData("""{"quiet":null}""", "quiet", "not known")]
    public async Task A_mistake_is_named(string json, string field, string hint)
    {
        var refused = await _app.Admin.PutAsync(Path, json);
        BodyTests.AssertProblem(refused, 400);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(field, out var messages), refused.Text);
        Assert.Contains(hint, messages[0].GetString(), StringComparison.Ordinal);
    }
}
