using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Functions;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

public sealed partial class MissedOutcomesTests
{
    private async Task StartAsync(SandboxOptions sandbox)
    {
        _workspace = await Workspace.StartAsync(sandbox: sandbox);
        _conversation = await _workspace.OpenAsync(_phone);
    }

    private async Task<string> SayAsync()
    {
        var said = await _workspace.SayAsync(_conversation, "明天到。");
        Assert.Equal(201, said.Status);
        await _workspace.TwilioTellsAsync();
        return said.Id;
    }

    private async Task RetryAsync(string message)
    {
        Assert.Equal(200, (await _workspace.CallAsync("POST", $"/api/conversations/{_conversation}/messages/{message}/retry")).Status);
        await _workspace.TwilioTellsAsync();
    }

    private async Task LaterAsync(TimeSpan time)
    {
        _workspace.Time.Advance(time);
        await _workspace.TwilioTellsAsync();
        await _workspace.CatchUpAsync();
        await _workspace.CatchUpAsync();
    }

    /// <summary>As <see cref="LaterAsync"/>, where Twilio still has something to do afterwards.</summary>
    private async Task UntilAsync(string status, TimeSpan time)
    {
        _workspace.Time.Advance(time);
        await Eventually.TrueAsync(() => _workspace.Twilio.Messages().Last(message => message.To == _phone).Status == status, status);
        await _workspace.CatchUpAsync();
        await _workspace.CatchUpAsync();
    }

    private async Task<IReadOnlyList<string>> CallsOfAsync(Func<Task> act)
    {
        var plan = new FaultPlan();
        _workspace.Suffer(plan);
        await act();
        _workspace.Suffer(null);
        return plan.Calls;
    }

    private async Task<JsonElement> LastAsync() => (await _workspace.MessagesAsync(_conversation))[0];

    private async Task<string> StateAsync() => (await LastAsync()).State();

    private async Task<string> FeedAsync() => (await _workspace.GetAsync("/api/events")).Word("next");

    private async Task<IEnumerable<string>> DeliveriesToldAsync(string cursor) =>
        (await _workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray()
            .Where(item => item.Word("type") == "delivery").Select(item => item.Word("id")).ToList();

    /// <summary>Another program sends by the same number.</summary>
    private Task SendForeignAsync(string to) => ForeignAsync("Messages.json", [new("To", to), new("From", Workspace.Number), new("Body", "Hi")]);

    /// <summary>Another program calls our text off.</summary>
    private Task CancelForeignAsync() => ForeignAsync($"Messages/{_workspace.Twilio.Messages().Last(message => message.To == _phone).Sid}.json", [new("Status", "canceled")]);

    private async Task ForeignAsync(string path, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Demo.AccountSid}:{Demo.AuthToken}")));
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await client.PostAsync(new Uri(_workspace.Twilio.BaseUrl, $"/2010-04-01/Accounts/{Demo.AccountSid}/{path}"), form);
        answer.EnsureSuccessStatusCode();
    }
}
