using System.Net;
using System.Text;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class ControlTests : SandboxTest
{
    [Fact]
    public async Task The_first_page_says_what_it_is()
    {
        var page = await Http.GetStringAsync(new Uri("/sandbox", UriKind.Relative));

        Assert.StartsWith("This plays Twilio", page, StringComparison.Ordinal);
        Assert.Contains(Demo.AccountSid, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phone_writes_over_http_and_sees_what_it_gets()
    {
        Connect();
        Application.Answer = _ => Microsoft.AspNetCore.Http.TypedResults.Text("<Response><Message>Hi</Message></Response>", "text/xml");

        var answer = await AskAsync("/sandbox/phones/+14155550123/texts", """{"to":"+15005550006","text":"STOP","media":[{"contentType":"image/png","base64":"iVBORw=="}]}""");
        var received = await JsonAsync("/sandbox/phones/+14155550123/received");
        var callbacks = await JsonAsync("/sandbox/callbacks");

        Assert.Equal(200, answer.GetProperty("statusCode").GetInt32());
        Assert.Equal("<Response><Message>Hi</Message></Response>", answer.GetProperty("twiml").GetString());
        Assert.True(Assert.Single(received.GetProperty("items").EnumerateArray()).GetProperty("automatic").GetBoolean());
        var callback = Assert.Single(callbacks.GetProperty("items").EnumerateArray());
        Assert.Equal(answer.GetProperty("sid").GetString(), callback.GetProperty("fields").GetProperty("MessageSid").GetString());
        Assert.Equal("1", callback.GetProperty("fields").GetProperty("NumMedia").GetString());
    }

    [Fact]
    public async Task A_stranger_is_somebody_else_each_time_and_hears_whether_the_application_took_the_text()
    {
        Connect();
        foreach (var _ in (int[])[1, 2]) await AskAsync("/sandbox/strangers/texts", """{"to":"+15005550006","text":"Hi"}""");
        var from = (await JsonAsync("/sandbox/callbacks")).GetProperty("items").EnumerateArray().Select(call => call.GetProperty("fields").GetProperty("From").GetString()).ToList();
        Assert.Equal(2, from.Distinct().Count());
        Application.Answer = _ => Microsoft.AspNetCore.Http.TypedResults.StatusCode(503);
        using var body = new StringContent("""{"to":"+15005550006","text":"Hi"}""", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadGateway, (await Http.PostAsync(new Uri("/sandbox/strangers/texts", UriKind.Relative), body)).StatusCode);
    }

    [Fact]
    public async Task What_stands_is_shown_as_such_and_lifted_by_its_kind()
    {
        var standing = await AskAsync("/sandbox/misbehave", """{"next":[{"kind":"refused","code":63038,"standing":true},"late"]}""");
        using var lifted = await Http.DeleteAsync(new Uri("/sandbox/misbehave?kind=refused", UriKind.Relative));

        Assert.Equal([true, false], standing.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("standing").GetBoolean()));
        Assert.Equal("late", Assert.Single(Sandbox.Misbehaviours).Kind);
    }

    [Fact]
    public async Task Misbehaviours_are_queued_shown_and_cleared()
    {
        var queued = await AskAsync("/sandbox/misbehave", """{"next":["429",{"kind":"late","by":"PT2S"},{"kind":"finalStatus","status":"failed","code":21610}]}""");
        using var refused = await SendAsync();
        using var cleared = await Http.DeleteAsync(new Uri("/sandbox/misbehave", UriKind.Relative));

        Assert.Equal(["429", "late", "finalStatus"], queued.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("kind").GetString()));
        Assert.Equal("PT2S", queued.GetProperty("items")[1].GetProperty("by").GetString());
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, cleared.StatusCode);
        Assert.Empty(Sandbox.Misbehaviours);
    }

    [Fact]
    public async Task Accounts_and_numbers_are_added_and_changed()
    {
        var account = await AskAsync("/sandbox/accounts", """{"type":"Trial","verifiedNumbers":["+14155550123"]}""");
        var sid = account.GetProperty("sid").GetString()!;
        await AskAsync("/sandbox/numbers", $$"""{"phoneNumber":"+14155550100","accountSid":"{{sid}}","smsUrl":"https://h.example/"}""");
        await AskAsync("/sandbox/numbers", """{"phoneNumber":"+14155550100","advancedOptOut":true,"messagingServiceSid":"MG1"}""");
        Http.DefaultRequestHeaders.Authorization = Basic(sid, account.GetProperty("authToken").GetString()!);

        var read = await JsonAsync($"/2010-04-01/Accounts/{sid}.json");

        Assert.Equal("Trial", read.GetProperty("type").GetString());
        var number = Sandbox.Number("+14155550100")!;
        Assert.Equal((sid, "https://h.example/", true, "MG1"), (number.AccountSid, number.SmsUrl, number.AdvancedOptOut, number.MessagingServiceSid));
    }

    [Fact]
    public async Task Every_wrong_state_can_be_put_and_taken_away_over_http()
    {
        await AskAsync("/sandbox/accounts", $$"""{"sid":"{{Demo.AccountSid}}","type":"Trial","status":"suspended","apiKeyMay":["messages/write"],"secondaryAuthToken":"2","isTest":true}""");
        var account = Sandbox.Account(Demo.AccountSid)!;
        await AskAsync("/sandbox/accounts", $$"""{"sid":"{{Demo.AccountSid}}","apiKeyMay":["all"],"isTest":false}""");
        var service = await AskAsync("/sandbox/services", """{"inboundRequestUrl":"https://elsewhere.example/sms","friendlyName":"客服"}""");
        var sid = service.GetProperty("sid").GetString()!;
        await AskAsync("/sandbox/services", $$"""{"sid":"{{sid}}","inboundRequestUrl":"","useInboundWebhookOnNumber":true}""");
        await AskAsync("/sandbox/numbers", $$"""{"phoneNumber":"{{Demo.Number}}","messagingServiceSid":"{{sid}}","smsApplicationSid":"AP1","smsMethod":"GET","sms":false,"mms":false}""");
        var number = Sandbox.Number(Demo.Number)!;
        await AskAsync("/sandbox/numbers", $$"""{"phoneNumber":"{{Demo.Number}}","messagingServiceSid":"","smsApplicationSid":""}""");

        Assert.Equal(("Trial", "suspended", "2", true, Demo.AuthToken), (account.Type, account.Status, account.SecondaryAuthToken, account.IsTest, account.AuthToken));
        Assert.Equal(["messages/write"], account.ApiKeyMay);
        Assert.Equal((null, false), (Sandbox.Account(Demo.AccountSid)!.ApiKeyMay, Sandbox.Account(Demo.AccountSid)!.IsTest));
        Assert.Equal((null, true, "客服"), (Sandbox.Service(sid)!.InboundRequestUrl, Sandbox.Service(sid)!.UseInboundWebhookOnNumber, Sandbox.Service(sid)!.FriendlyName));
        Assert.Equal((sid, "AP1", "GET", false, false), (number.MessagingServiceSid, number.SmsApplicationSid, number.SmsMethod, number.Sms, number.Mms));
        Assert.Equal((null, ""), (Sandbox.Number(Demo.Number)!.MessagingServiceSid, Sandbox.Number(Demo.Number)!.SmsApplicationSid));
    }

    [Theory]
    [InlineData("/sandbox/accounts", """{"apiKeyMay":["everything"]}""", 400)]
    [InlineData("/sandbox/services", """{"accountSid":"AC9"}""", 404)]
    [InlineData("/sandbox/phones/+14155550123/texts", """{"to":"+19999999999","text":"x"}""", 404)]
    [InlineData("/sandbox/phones/+14155550123/texts", """{"to":"+15005550006"}""", 400)]
    [InlineData("/sandbox/phones/+14155550123/texts", """{"text":"x"}""", 400)]
    [InlineData("/sandbox/phones/+14155550123/texts", """{"to":"+15005550006","txt":"x"}""", 400)]
    [InlineData("/sandbox/phones/+14155550123/texts", """{"to":"+15005550006","media":[{"contentType":"image/png"}]}""", 422)]
    [InlineData("/sandbox/misbehave", """{"next":["explode"]}""", 400)]
    [InlineData("/sandbox/misbehave", """{"next":[{"kind":"late","by":"soon"}]}""", 400)]
    [InlineData("/sandbox/misbehave", """{"next":[{"kind":"429","count":0}]}""", 400)]
    [InlineData("/sandbox/numbers", """{"phoneNumber":"+14155550100","accountSid":"AC9"}""", 404)]
    [InlineData("/sandbox/accounts", "not json", 400)]
    [InlineData("/sandbox/nothing", "{}", 404)]
    public async Task A_mistake_is_explained(string path, string body, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.NotEqual("", (await JsonAsync(answer)).GetProperty("detail").GetString());
    }

    private async Task<JsonElement> AskAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await JsonAsync(answer);
    }
}
