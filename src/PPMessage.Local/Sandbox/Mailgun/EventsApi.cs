using System.Buffers.Text;
using System.Collections.Specialized;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What happened: the events of a domain and the account's logs, both behind by a lag.</summary>
internal sealed class EventsApi(MailState state, MailgunSandboxOptions options, Func<Uri> baseUrl, TimeProvider time)
{
    public const int LargestPage = 300;
    public const int UsualPage = 100;

    private static readonly string[] Filters = ["message-id", "event", "recipient", "severity", "subject", "from", "to", "tags"];

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/v3/{domain}/events", (HttpRequest request, string domain) => Page(domain, request.QueryString.Value ?? ""));
        api.MapGet("/v3/{domain}/events/{token}", (string domain, string token) => Page(domain, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token))));
        api.MapPost("/v1/analytics/logs", (Delegate)LogsAsync);
    }

    private IEnumerable<MailEvent> Visible => state.Events.Where(one => one.At <= time.GetUtcNow() - options.EventsVisibleAfter);

    private IResult Page(string domain, string asked)
    {
        var query = HttpUtility.ParseQueryString(asked);
        var (limit, skip) = (Number(query["limit"], UsualPage), Number(query["skip"], 0));
        if (limit > LargestPage) return MailAnswers.Message($"The 'limit' parameter can't be larger than {LargestPage}", StatusCodes.Status400BadRequest);
        var (begin, end) = (Instant(query["begin"]), Instant(query["end"]));
        var isAscending = query["ascending"] is { } ascending ? ascending == "yes" : begin is not null && (end is null || begin < end);
        var (from, until) = isAscending ? (begin, end) : (end, begin);
        var fitting = Visible.Where(one => one.Domain == domain && (from is null || one.At >= from) && (until is null || one.At <= until) && Fits(one, query));
        var items = (isAscending ? fitting : fitting.Reverse()).Skip(skip).Take(limit).Select(one => JsonNode.Parse(one.Json)).ToArray();
        return MailAnswers.Json(new JsonObject { ["items"] = new JsonArray(items), ["paging"] = Paging(domain, query, skip, limit, items.Length) });
    }

    private static int Number(string? text, int fallback) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : fallback;

    private static bool Fits(MailEvent one, NameValueCollection query) => Filters.All(name => query[name] is not { } wanted
        || wanted.Split(" OR ").Any(text => Values(one, name).Contains(text.Trim(' ', '"'), StringComparer.OrdinalIgnoreCase)));

    private static IEnumerable<string> Values(MailEvent one, string name) => name switch
    {
        "message-id" => [one.MessageId],
        "event" => [one.Name],
        "recipient" => [one.Recipient],
        "severity" => [one.Severity],
        "tags" => JsonNode.Parse(one.Json)!["tags"]!.AsArray().Select(tag => tag!.ToString()),
        _ => [JsonNode.Parse(one.Json)!["message"]?["headers"]?[name]?.ToString() ?? ""],
    };

    private JsonObject Paging(string domain, NameValueCollection query, int skip, int limit, int count)
    {
        string At(int place)
        {
            var asked = HttpUtility.ParseQueryString(query.ToString()!);
            asked["skip"] = place.ToString(CultureInfo.InvariantCulture);
            return new Uri(baseUrl(), $"/v3/{domain}/events/{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(asked.ToString()!))}").AbsoluteUri;
        }

        return new JsonObject { ["next"] = At(skip + count), ["previous"] = At(Math.Max(0, skip - limit)), ["first"] = At(0), ["last"] = At(int.MaxValue) };
    }

    private async Task<IResult> LogsAsync(HttpContext context)
    {
        if (await BodyAsync(context) is not { } asked || Instant(asked["start"]?.ToString()) is not { } start)
            return MailAnswers.Message("'start' must be an RFC 2822 date", StatusCodes.Status400BadRequest);
        var end = Instant(asked["end"]?.ToString()) ?? time.GetUtcNow();
        var events = asked["events"]?.AsArray().Select(one => one!.ToString()).ToList();
        var limit = Math.Min((int?)asked["pagination"]?["limit"] ?? UsualPage, UsualPage);
        var skip = Number(asked["pagination"]?["token"]?.ToString(), 0);
        var fitting = Visible.Where(one => one.At >= start && one.At <= end && events?.Contains(one.Name) != false && LogFilter.Fits(one, asked)).ToList();
        if (asked["pagination"]?["sort"]?.ToString() != "timestamp:asc") fitting.Reverse();
        return MailAnswers.Json(new JsonObject
        {
            ["start"] = MailAnswers.Date(start),
            ["end"] = MailAnswers.Date(end),
            ["items"] = new JsonArray([.. fitting.Skip(skip).Take(limit).Select(Log)]),
            ["pagination"] = new JsonObject
            {
                ["previous"] = "", ["next"] = skip + limit < fitting.Count ? $"{skip + limit}" : "", ["first"] = "0", ["last"] = "", ["total"] = fitting.Count,
            },
            ["aggregates"] = new JsonObject(),
        });
    }

    private static async Task<JsonNode?> BodyAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As the event, but with the time as text, the domain, and the variables as JSON in a string.</summary>
    private static JsonNode Log(MailEvent one)
    {
        var json = JsonNode.Parse(one.Json)!;
        json["@timestamp"] = one.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        json["domain"] = new JsonObject { ["name"] = one.Domain };
        json["account"] = new JsonObject { ["id"] = "1" };
        json["user-variables"] = json["user-variables"]!.ToText();
        if (json["storage"] is { } storage) storage["url"] = MailAnswers.Array([storage["url"]!.ToString()]);
        return json;
    }

    /// <summary>Unix seconds or RFC 2822; null when there is none.</summary>
    private static DateTimeOffset? Instant(string? text)
    {
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var seconds)) return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return text is not null && MimeKit.Utils.DateUtils.TryParse(text, out var date) ? date : null;
    }
}

/// <summary><c>{"AND":[{"attribute":"message_id","comparator":"=","values":[{"value":"…"}]}]}</c>; user variables are searched as text.</summary>
internal static class LogFilter
{
    public static bool Fits(MailEvent one, JsonNode asked) =>
        asked["filter"]?["AND"]?.AsArray().All(term => term is null || Fits(one, term["attribute"]?.ToString(), Values(term))) ?? true;

    private static List<string> Values(JsonNode term) => [.. term["values"]?.AsArray().Select(value => value?["value"]?.ToString() ?? "") ?? []];

    private static bool Fits(MailEvent one, string? attribute, List<string> values) => attribute switch
    {
        "message_id" => values.Contains(one.MessageId),
        "domain" => values.Contains(one.Domain),
        "event" => values.Contains(one.Name),
        "recipient" => values.Contains(one.Recipient),
        "severity" => values.Contains(one.Severity),
        "tag" => JsonNode.Parse(one.Json)!["tags"]!.AsArray().Any(tag => values.Contains(tag!.ToString())),
        "user_variables" => values.Exists(value => JsonNode.Parse(one.Json)!["user-variables"]!.ToText().Contains(value, StringComparison.Ordinal)),
        "delivery_status_code" => values.Contains(JsonNode.Parse(one.Json)!["delivery-status"]?["code"]?.ToString() ?? ""),
        _ => false,
    };
}
