using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class ProgramsTests : SandboxTest
{
    [Fact]
    public async Task A_program_answers_what_it_is_told_to()
    {
        await TellAsync("shop", """{"status":201,"body":{"状态":"新"},"headers":{"X-Shop":"7"}}""");
        using var answer = await Http.GetAsync(new Uri("/sandbox/programs/shop/any/where", UriKind.Relative));
        Assert.Equal((201, "7", "application/json", """{"状态":"新"}"""), (
            (int)answer.StatusCode, answer.Headers.GetValues("X-Shop").Single(), answer.Content.Headers.ContentType!.ToString(), await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("""{"body":"配送中","contentType":"text/plain; charset=utf-8"}""", "配送中")]
    [InlineData("""{"body":"配送中"}""", "\"配送中\"")]
    [InlineData("""{"status":204,"body":"nothing"}""", "")]
    [InlineData("{}", "")]
    public async Task A_body_is_json_unless_it_is_called_otherwise(string told, string body)
    {
        await TellAsync("shop", told);
        Assert.Equal(body, await Http.GetStringAsync(new Uri("/sandbox/programs/shop", UriKind.Relative)));
    }

    [Fact]
    public async Task A_request_is_remembered_as_it_came()
    {
        await TellAsync("客户", """{"failFirst":1,"body":{}}""");
        var statuses = new[] { await AskAsync("客户", "/订单/1?q=值&x", "key_1"), await AskAsync("客户", "/订单/1?q=值&x", "key_1"), await AskAsync("客户", "", "key_2") };
        await AskAsync("other", "/", "key_2");

        Assert.Equal([503, 200, 200], statuses);
        var requests = Sandbox.Programs.Requests("客户");
        Assert.Equal([false, true, false], requests.Select(request => request.IsRepetition));
        Assert.Equal(statuses, requests.Select(request => request.Status));
        Assert.Equal(("POST", "/%E8%AE%A2%E5%8D%95/1?q=%E5%80%BC&x", """{"a":"值"}""", "key_1"), (requests[0].Method, requests[0].Target, requests[0].Body, requests[0].Headers["idempotency-key"]));

        var listed = (await JsonAsync("/sandbox/programs/客户/requests")).GetProperty("items");
        Assert.Equal([false, true, false], listed.EnumerateArray().Select(item => item.GetProperty("isRepetition").GetBoolean()));
        Assert.False((await JsonAsync("/sandbox/programs/other/requests")).GetProperty("items")[0].GetProperty("isRepetition").GetBoolean());
    }

    [Fact]
    public async Task A_program_may_think_for_a_while()
    {
        await TellAsync("slow", """{"delayMs":200}""");
        var began = TimeProvider.System.GetTimestamp();
        await AskAsync("slow", "/", "key");
        Assert.True(TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task One_that_nobody_has_told_anything_says_so()
    {
        using var answer = await Http.GetAsync(new Uri("/sandbox/programs/nobody/1", UriKind.Relative));
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("PUT /sandbox/programs/nobody", (await JsonAsync(answer)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1001", "shipped")]
    [InlineData("1002", "processing")]
    [InlineData("1003", "delivered")]
    public async Task The_demo_has_an_order_system(string number, string state)
    {
        using var http = new HttpClient();
        var order = await http.GetFromJsonAsync<JsonElement>(Sandbox.Programs.Url("orders") + $"/{number}?x=1");
        Assert.Equal((number, state), (order.GetProperty("number").GetString(), order.GetProperty("state").GetString()));
        Assert.Equal(number == "1001" ? "配送中" : order.GetProperty("stateText").GetProperty("zh").GetString(), order.GetProperty("stateText").GetProperty("zh").GetString());
        Assert.True(DateOnly.TryParseExact(order.GetProperty("arrives").GetString(), "yyyy-MM-dd", out _));
    }

    [Fact]
    public async Task The_order_system_knows_no_other_order_and_can_be_told_something_else()
    {
        Assert.Equal("There is no order 1004.", (await JsonAsync("/sandbox/programs/orders/1004")).GetProperty("error").GetString());
        Assert.Equal(404, await AskAsync("orders", "/1001", "key"));
        Sandbox.Programs.Put("orders", new ProgramAnswer(Body: JsonElement.Parse("1")));
        Assert.Equal(1, (await JsonAsync("/sandbox/programs/orders/1001")).GetInt32());
    }

    [Fact]
    public void Only_the_newest_requests_are_remembered()
    {
        for (var i = 0; i <= Programs.Remembered; i++) Sandbox.Programs.Take("shop", "GET", $"/{i}", new Dictionary<string, string>(), "");
        var requests = Sandbox.Programs.Requests("shop");
        Assert.Equal((Programs.Remembered, "/1"), (requests.Count, requests[0].Target));
    }

    [Theory]
    [InlineData("""{"status":99}""")]
    [InlineData("""{"delayMs":60001}""")]
    [InlineData("""{"failFirst":-1}""")]
    [InlineData("""{"contentType":"文"}""")]
    [InlineData("""{"headers":{"Content-Length":"1"}}""")]
    [InlineData("""{"headers":{"X":"1\n2"}}""")]
    [InlineData("""{"answer":1}""")]
    [InlineData("null")]
    public async Task What_can_not_be_answered_is_refused(string told)
    {
        using var content = new StringContent(told, Encoding.UTF8, "application/json");
        using var answer = await Http.PutAsync(new Uri("/sandbox/programs/shop", UriKind.Relative), content);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_first_page_names_them() =>
        Assert.Contains("/sandbox/programs/orders/1001", await Http.GetStringAsync(new Uri("/sandbox", UriKind.Relative)), StringComparison.Ordinal);

    private async Task TellAsync(string name, string answer)
    {
        using var content = new StringContent(answer, Encoding.UTF8, "application/json");
        using var told = await Http.PutAsync(new Uri($"/sandbox/programs/{name}", UriKind.Relative), content);
        Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync());
    }

    private async Task<int> AskAsync(string name, string target, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Sandbox.Programs.Url(name) + target) { Content = new StringContent("""{"a":"值"}""") };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await Http.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
