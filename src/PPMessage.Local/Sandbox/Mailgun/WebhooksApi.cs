using System.Text.Json.Nodes;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Which URLs are told of which events: by type (v3) or by URL (v4).</summary>
internal sealed class WebhooksApi(MailState state)
{
    public const int MostUrls = 3;

    public static readonly IReadOnlyList<string> Types =
        ["accepted", "delivered", "opened", "clicked", "unsubscribed", "complained", "temporary_fail", "permanent_fail"];

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/v3/domains/{domain}/webhooks", (string domain) => All(domain));
        api.MapPost("/v3/domains/{domain}/webhooks", CreateAsync);
        api.MapGet("/v3/domains/{domain}/webhooks/{type}", Get);
        api.MapPut("/v3/domains/{domain}/webhooks/{type}", ReplaceAsync);
        api.MapDelete("/v3/domains/{domain}/webhooks/{type}", Delete);
        api.MapMethods("/v4/domains/{domain}/webhooks", ["POST", "PUT"], PutUrlAsync);
        api.MapDelete("/v4/domains/{domain}/webhooks", DeleteUrl);
    }

    private IResult All(string domain)
    {
        var set = Types.Where(type => state.Webhook(domain, type).Count > 0).Select(type => KeyValuePair.Create(type, (JsonNode?)Urls(state.Webhook(domain, type))));
        return MailAnswers.Json(new JsonObject { ["webhooks"] = new JsonObject(set) });
    }

    private IResult Get(string domain, string type) => state.Webhook(domain, type) is { Count: > 0 } urls ? Answer(urls) : NotFound();

    private async Task<IResult> CreateAsync(HttpContext context, string domain)
    {
        var form = await context.Request.FormOfMailAsync(context.RequestAborted);
        var type = form["id"].ToString();
        if (state.Webhook(domain, type).Count > 0) return Bad("Webhook already exists");
        return Put(domain, type, [.. form["url"].OfType<string>()], "Webhook has been created");
    }

    private async Task<IResult> ReplaceAsync(HttpContext context, string domain, string type)
    {
        if (state.Webhook(domain, type).Count == 0) return NotFound();
        var form = await context.Request.FormOfMailAsync(context.RequestAborted);
        return Put(domain, type, [.. form["url"].OfType<string>()], "Webhook has been updated");
    }

    private IResult Put(string domain, string type, IReadOnlyList<string> urls, string done)
    {
        if (Mistake(type, urls) is { } mistake) return Bad(mistake);
        state.PutWebhook(domain, type, urls);
        return Answer(urls, done);
    }

    private IResult Delete(string domain, string type)
    {
        var urls = state.Webhook(domain, type);
        if (urls.Count == 0) return NotFound();
        state.PutWebhook(domain, type, []);
        return Answer(urls, "Webhook has been deleted");
    }

    /// <summary>The URL gets these types besides those it has (POST), or in place of them (PUT). Either all of it happens or nothing.</summary>
    private async Task<IResult> PutUrlAsync(HttpContext context, string domain)
    {
        var form = await context.Request.FormOfMailAsync(context.RequestAborted);
        var (url, types) = (form["url"].ToString(), form["event_types"].SelectMany(one => (one ?? "").Split(',')).ToList());
        var isWhole = context.Request.Method == "PUT";
        var has = Types.Where(type => state.Webhook(domain, type).Contains(url)).ToList();
        if (isWhole && has.Count == 0) return NotFound();
        if (!isWhole && types.Find(has.Contains) is { } there) return Bad($"Webhook for event type '{there}' with URL '{url}' already exists");
        var wanted = Types.ToDictionary(type => type, type => Wanted(state.Webhook(domain, type), url, types.Contains(type), isWhole));
        if (types.Select(type => Mistake(type, wanted.GetValueOrDefault(type, [url]))).FirstOrDefault(one => one is not null) is { } mistake) return Bad(mistake);
        foreach (var (type, urls) in wanted) state.PutWebhook(domain, type, urls);
        return All(domain);
    }

    private static List<string> Wanted(IReadOnlyList<string> urls, string url, bool isWanted, bool isWhole) => isWanted
        ? urls.Contains(url) ? [.. urls] : [.. urls, url]
        : [.. urls.Where(one => !isWhole || one != url)];

    /// <summary>Several are separated by commas.</summary>
    private IResult DeleteUrl(HttpRequest request, string domain)
    {
        var gone = request.Query["url"].ToString().Split(',');
        foreach (var type in Types) state.PutWebhook(domain, type, [.. state.Webhook(domain, type).Where(url => !gone.Contains(url))]);
        return All(domain);
    }

    private static string? Mistake(string type, IReadOnlyList<string> urls)
    {
        if (!Types.Contains(type)) return $"'{type}' is not a valid webhook type";
        if (urls.Count is 0 or > MostUrls) return $"from 1 to {MostUrls} urls are allowed";
        return urls.FirstOrDefault(url => !CallbackUrls.IsValid(url)) is { } bad ? $"{bad} is not a valid url: host not found" : null;
    }

    private static JsonObject Urls(IReadOnlyList<string> urls) => new() { ["urls"] = MailAnswers.Array(urls) };

    private static IResult Answer(IReadOnlyList<string> urls, string? message = null)
    {
        var json = new JsonObject { ["webhook"] = Urls(urls) };
        if (message is not null) json["message"] = message;
        return MailAnswers.Json(json);
    }

    private static IResult Bad(string message) => MailAnswers.Message(message, StatusCodes.Status400BadRequest);

    private static IResult NotFound() => MailAnswers.Message("Webhook not found", StatusCodes.Status404NotFound);
}
