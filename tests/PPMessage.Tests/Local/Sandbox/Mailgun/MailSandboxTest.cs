using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

/// <summary>A sandbox that delivers at once, an application that it calls, and a client that speaks plain HTTP to it.</summary>
public abstract class MailSandboxTest : IAsyncLifetime
{
    internal const string Mailbox = "li@customer.example";

    private protected MailgunSandbox Sandbox { get; private set; } = null!;

    private protected Receiver Application { get; private set; } = null!;

    private protected HttpClient Http { get; } = new();

    private protected virtual MailgunSandboxOptions Options => new() { DeliveredAfter = TimeSpan.FromMilliseconds(1) };

    private protected virtual TimeProvider Time => TimeProvider.System;

    private protected static string Messages => $"/v3/{MailDemo.Domain}/messages";

    public virtual async ValueTask InitializeAsync()
    {
        Sandbox = await MailgunSandbox.StartAsync(Options, Time);
        Application = await Receiver.StartAsync();
        Application.Answer = _ => TypedResults.Ok();
        Http.BaseAddress = Sandbox.BaseUrl;
        Use(MailDemo.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await Sandbox.DisposeAsync();
        await Application.DisposeAsync();
    }

    private protected void Use(string key, string user = "api") =>
        Http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{key}")));

    /// <summary>A mail from the demo address to the mailbox; the fields come on top or instead, an empty one leaves it out.</summary>
    private protected Task<HttpResponseMessage> SendAsync(params (string Name, string Value)[] fields) => SendAsync(fields, []);

    private protected Task<HttpResponseMessage> SendAsync((string Name, string Value)[] fields, (string Field, string Name, byte[] Content)[] files)
    {
        var content = new MultipartFormDataContent { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        foreach (var (name, value) in Usual(fields)) content.Add(new StringContent(value), name);
        foreach (var (field, name, bytes) in files)
        {
            var part = new ByteArrayContent(bytes);
            part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{field}\"; filename=\"{name}\"");
            content.Add(part);
        }

        return Http.PostAsync(new Uri(Messages, UriKind.Relative), content);
    }

    private protected static IEnumerable<(string Name, string Value)> Usual((string Name, string Value)[] fields)
    {
        (string Name, string Value)[] usual = [("from", $"Support <{MailDemo.Address}>"), ("to", Mailbox), ("subject", "Hello"), ("text", "How are you?")];
        return usual.Where(one => !fields.Any(field => field.Name == one.Name)).Concat(fields).Where(one => one.Value.Length > 0);
    }

    private protected Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => SendFormAsync(HttpMethod.Post, path, fields);

    private protected Task<HttpResponseMessage> SendFormAsync(HttpMethod method, string path, params (string Name, string Value)[] fields) =>
        Http.SendAsync(new HttpRequestMessage(method, path) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) });

    private protected Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    private protected async Task<JsonElement> JsonAsync(string path) => await JsonAsync(GetAsync(path));

    private protected static async Task<JsonElement> JsonAsync(Task<HttpResponseMessage> answer)
    {
        using var answered = await answer;
        return await answered.Content.ReadFromJsonAsync<JsonElement>();
    }

    private protected static async Task<string> IdAsync(Task<HttpResponseMessage> answer) => (await JsonAsync(answer)).GetProperty("id").GetString()!.Trim('<', '>');

    private protected void Hook(params IEnumerable<string> types)
    {
        foreach (var type in types) Sandbox.SetWebhook(MailDemo.Domain, type, $"{Application.BaseUrl}/events");
    }

    /// <summary>Every mail to the demo address comes to this path of the application.</summary>
    private protected void Route(string path) =>
        Sandbox.SetRoutes(new SandboxRoute("""match_recipient("^support@mg\.example\.com$")""", [$"forward(\"{Application.BaseUrl}{path}\")", "stop()"]));

    /// <summary>The <c>event-data</c> of the calls that came, in their order.</summary>
    private protected IReadOnlyList<JsonElement> Events =>
        [.. Application.Calls.Where(call => call.Path == "/events").Select(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("event-data"))];

    private protected IReadOnlyList<string?> EventNames => [.. Events.Select(data => data.GetProperty("event").GetString())];

    /// <summary>As ASP.NET reads it, which knows nothing of how the sandbox writes it.</summary>
    private protected static Task<IFormCollection> FormAsync(ReceivedCall call)
    {
        var context = new DefaultHttpContext();
        (context.Request.Body, context.Request.ContentType, context.Request.ContentLength) = (new MemoryStream(call.Body), call.Headers["Content-Type"], call.Body.Length);
        return context.Request.ReadFormAsync(new Microsoft.AspNetCore.Http.Features.FormOptions { ValueLengthLimit = int.MaxValue });
    }
}
