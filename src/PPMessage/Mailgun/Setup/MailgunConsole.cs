using System.Text.Json;
using PPMessage.Http;
using RestSharp;

namespace PPMessage.Mailgun.Setup;

/// <summary>
/// What an admin sees and changes in Mailgun's console, by its API. Every outcome is a value. Thread-safe.
/// Sources: documentation.mailgun.com, "Domains", "Routes", "Domain webhooks", "Account management".
/// </summary>
internal sealed class MailgunConsole(MailgunClient mailgun)
{
    private const string Routes = "/v3/routes";

    /// <summary>The most that Mailgun gives at once.</summary>
    private const int RoutesPage = 1000;

    private const int MostRoutePages = 10;

    public async Task<Told<MailgunDomain>> DomainAsync(MailgunAccount account, CancellationToken cancellation) =>
        Told.Of(await mailgun.GetAsync(account, $"/v4/domains/{Uri.EscapeDataString(account.Domain)}", cancellation), MailgunDomain.Of);

    /// <summary>Whether the key may send, by a message that lacks everything: it is refused as incomplete (400), or the key is.</summary>
    public async Task<bool> MaySendAsync(MailgunAccount account, CancellationToken cancellation) =>
        await mailgun.WriteAsync(account, Method.Post, $"{account.Path}/messages", [new("o:testmode", "yes")], cancellation) is { Reach: ProviderReach.Answered, Status: 400 };

    public async Task<Told<string>> SigningKeyAsync(MailgunAccount account, CancellationToken cancellation) =>
        Told.Of(await mailgun.GetAsync(account, "/v5/accounts/http_signing_key", cancellation), json => json.Text("http_signing_key"));

    /// <summary>All of the account: they belong to no domain.</summary>
    public async Task<Told<IReadOnlyList<MailgunRoute>>> RoutesAsync(MailgunAccount account, CancellationToken cancellation)
    {
        var all = new List<MailgunRoute>();
        for (var page = 0; ; page++)
        {
            var answer = await mailgun.GetAsync(account, $"{Routes}?skip={page * RoutesPage}&limit={RoutesPage}", cancellation);
            if (Told.Of(answer, MailgunRoute.ListOf) is not { Value: { } routes } told) return new(null, answer);
            all.AddRange(routes);
            if (routes.Count < RoutesPage || page == MostRoutePages) return told with { Value = all };
        }
    }

    /// <summary>URLs by type; a type that has none is not there.</summary>
    public async Task<Told<IReadOnlyDictionary<string, IReadOnlyList<string>>>> WebhooksAsync(MailgunAccount account, CancellationToken cancellation) =>
        Told.Of(await mailgun.GetAsync(account, WebhooksOf(account), cancellation), MailgunWebhooks.ListOf);

    public Task<string?> CreateRouteAsync(MailgunAccount account, RouteValue route, string description, CancellationToken cancellation) =>
        DoneAsync(mailgun.WriteAsync(account, Method.Post, Routes, [.. route.Fields, new("description", description)], cancellation));

    public Task<string?> ChangeRouteAsync(MailgunAccount account, string id, RouteValue route, string description, CancellationToken cancellation) =>
        DoneAsync(mailgun.WriteAsync(account, Method.Put, RouteOf(id), [.. route.Fields, new("description", description)], cancellation));

    public Task<string?> DeleteRouteAsync(MailgunAccount account, string id, CancellationToken cancellation) =>
        DoneAsync(mailgun.WriteAsync(account, Method.Delete, RouteOf(id), [], cancellation), mayBeGone: true);

    /// <param name="exists">Whether the type has URLs now: Mailgun refuses to make what is there, and to change what is not.</param>
    /// <param name="urls">None: it is taken away.</param>
    public Task<string?> PutWebhookAsync(MailgunAccount account, string type, bool exists, IReadOnlyList<string> urls, CancellationToken cancellation)
    {
        var one = $"{WebhooksOf(account)}/{type}";
        var fields = urls.Select(url => KeyValuePair.Create("url", url));
        if (urls.Count == 0) return DoneAsync(mailgun.WriteAsync(account, Method.Delete, one, [], cancellation), mayBeGone: true);
        return DoneAsync(exists
            ? mailgun.WriteAsync(account, Method.Put, one, fields, cancellation)
            : mailgun.WriteAsync(account, Method.Post, WebhooksOf(account), [new("id", type), .. fields], cancellation));
    }

    /// <summary>Our URL is told of these events, and of no others; the types' other URLs stay.</summary>
    /// <param name="exists">Whether it is told of any now: Mailgun refuses to make what is there, and to change what is not.</param>
    public Task<string?> PutUrlAsync(MailgunAccount account, string url, bool exists, IEnumerable<string> types, CancellationToken cancellation) =>
        DoneAsync(mailgun.WriteAsync(account, exists ? Method.Put : Method.Post, ByUrl(account), [new("url", url), .. types.Select(type => KeyValuePair.Create("event_types", type))], cancellation));

    /// <summary>It is told of no event any more.</summary>
    public Task<string?> RemoveUrlAsync(MailgunAccount account, string url, CancellationToken cancellation) =>
        DoneAsync(mailgun.WriteAsync(account, Method.Delete, $"{ByUrl(account)}?url={Uri.EscapeDataString(url)}", [], cancellation), mayBeGone: true);

    private static string ByUrl(MailgunAccount account) => $"/v4/domains/{Uri.EscapeDataString(account.Domain)}/webhooks";

    private static string RouteOf(string id) => $"{Routes}/{Uri.EscapeDataString(id)}";

    private static string WebhooksOf(MailgunAccount account) => $"/v3/domains/{Uri.EscapeDataString(account.Domain)}/webhooks";

    private static async Task<string?> DoneAsync(Task<ProviderAnswer> call, bool mayBeGone = false)
    {
        var answer = await call;
        return answer.IsSuccess || (mayBeGone && answer is { Reach: ProviderReach.Answered, Status: 404 }) ? null : Told.Words(answer);
    }
}

/// <summary>What Mailgun told, read.</summary>
/// <param name="Value">Null: it refused, did not answer, or not as documented.</param>
internal sealed record Told<T>(T? Value, ProviderAnswer Answer)
    where T : class
{
    public bool IsRefusedKey => Answer is { Reach: ProviderReach.Answered, Status: 401 or 403 };

    /// <summary>Mailgun's code and words, for people.</summary>
    public string Words => Told.Words(Answer);
}

internal static class Told
{
    public static Told<T> Of<T>(ProviderAnswer answer, Func<JsonElement, T?> read)
        where T : class => new(answer.IsSuccess && MailgunOutcome.Parse(answer.Body) is { ValueKind: JsonValueKind.Object } json ? read(json) : null, answer);

    public static string Words(ProviderAnswer answer) => $"{MailgunOutcome.Code(answer)}: “{MailgunOutcome.Said(answer)}”";
}
