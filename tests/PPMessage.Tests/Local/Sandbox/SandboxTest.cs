using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

/// <summary>A sandbox that delivers at once, an application that it calls, and a client that speaks plain HTTP to it.</summary>
public abstract class SandboxTest : IAsyncLifetime
{
    internal const string Phone = "+14155550123";

    private protected TwilioSandbox Sandbox { get; private set; } = null!;

    private protected Receiver Application { get; private set; } = null!;

    private protected HttpClient Http { get; } = new(new HttpClientHandler { AllowAutoRedirect = false });

    private protected virtual SandboxOptions Options => new() { SentAfter = TimeSpan.FromMilliseconds(1), DeliveredAfter = TimeSpan.FromMilliseconds(1) };

    private protected virtual TimeProvider Time => TimeProvider.System;

    private protected string Account => $"/2010-04-01/Accounts/{Demo.AccountSid}";

    public virtual async ValueTask InitializeAsync()
    {
        Sandbox = await TwilioSandbox.StartAsync(Options, Time);
        Application = await Receiver.StartAsync();
        Http.BaseAddress = Sandbox.BaseUrl;
        Http.DefaultRequestHeaders.Authorization = Basic(Demo.AccountSid, Demo.AuthToken);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await Sandbox.DisposeAsync();
        await Application.DisposeAsync();
    }

    private protected static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private protected Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        Http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>A message from the demo number to the phone; the fields come on top or instead.</summary>
    private protected Task<HttpResponseMessage> SendAsync(params (string Name, string Value)[] fields)
    {
        (string Name, string Value)[] usual = [("To", Phone), ("From", Demo.Number), ("Body", "Hello")];
        return PostAsync($"{Account}/Messages.json", [.. usual.Where(one => !fields.Any(field => field.Name == one.Name)), .. fields]);
    }

    private protected Task<HttpResponseMessage> SendTrackedAsync(params (string Name, string Value)[] fields) =>
        SendAsync([("StatusCallback", $"{Application.BaseUrl}/status?m=1"), .. fields]);

    private protected Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    private protected async Task<JsonElement> JsonAsync(string path) => await JsonAsync(GetAsync(path));

    private protected static async Task<JsonElement> JsonAsync(Task<HttpResponseMessage> answer) => await JsonAsync(await answer);

    private protected static Task<JsonElement> JsonAsync(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>Makes the demo number call the application, by POST unless said otherwise.</summary>
    private protected void Connect(Func<SandboxNumber, SandboxNumber>? change = null)
    {
        var number = Sandbox.Number(Demo.Number)! with { SmsUrl = $"{Application.BaseUrl}/sms" };
        Sandbox.Put(change is null ? number : change(number));
    }

    /// <summary>The states that status callbacks named, in the order of their arrival.</summary>
    private protected IReadOnlyList<string> Told =>
        [.. Application.Calls.Where(call => call.Path.StartsWith("/status", StringComparison.Ordinal)).Select(call => call.Fields["MessageStatus"]!)];
}
