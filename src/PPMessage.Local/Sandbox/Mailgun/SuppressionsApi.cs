using System.Text.Json;
using System.Text.Json.Nodes;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Bounces, unsubscribes and complaints of a domain: addresses that it does not send to.</summary>
internal sealed class SuppressionsApi(MailState state, Func<Uri> baseUrl, TimeProvider time)
{
    public const int LargestPage = 1000;

    public static readonly IReadOnlyList<string> Kinds = ["bounces", "unsubscribes", "complaints"];

    public void Map(IEndpointRouteBuilder api)
    {
        foreach (var kind in Kinds)
        {
            api.MapGet($"/v3/{{domain}}/{kind}", (HttpRequest request, string domain) => List(request, domain, kind));
            api.MapPost($"/v3/{{domain}}/{kind}", (HttpContext context, string domain) => AddAsync(context, domain, kind));
            api.MapDelete($"/v3/{{domain}}/{kind}", (string domain) => Clear(domain, kind));
            api.MapGet($"/v3/{{domain}}/{kind}/{{address}}", (string domain, string address) => Get(domain, kind, address));
            api.MapDelete($"/v3/{{domain}}/{kind}/{{address}}", (string domain, string address) => Remove(domain, kind, address));
        }
    }

    private IResult List(HttpRequest request, string domain, string kind)
    {
        var limit = Math.Max(1, request.Number("limit", 100, LargestPage));
        var (page, pivot, term) = (request.Query["page"].ToString(), request.Query["address"].ToString(), request.Query["term"].ToString());
        var all = state.Suppressions(domain, kind).Where(one => one.Address.StartsWith(term, StringComparison.OrdinalIgnoreCase)).ToList();
        var items = page switch
        {
            "next" => all.Where(one => string.CompareOrdinal(one.Address, pivot) > 0).Take(limit),
            "previous" or "prev" => all.Where(one => string.CompareOrdinal(one.Address, pivot) < 0).TakeLast(limit),
            "last" => all.TakeLast(limit),
            _ => all.Take(limit),
        };
        var shown = items.ToList();
        string At(string turn, string address) =>
            new Uri(baseUrl(), $"/v3/{domain}/{kind}?page={turn}&address={Uri.EscapeDataString(address)}&limit={limit}&term={Uri.EscapeDataString(term)}").AbsoluteUri;
        var (first, last) = shown.Count > 0 ? (shown[0].Address, shown[^1].Address) : (pivot, pivot);
        var paging = new JsonObject { ["first"] = At("first", ""), ["next"] = At("next", last), ["previous"] = At("previous", first), ["last"] = At("last", "") };
        return MailAnswers.Json(new JsonObject { ["items"] = new JsonArray([.. shown.Select(Json)]), ["paging"] = paging });
    }

    private IResult Get(string domain, string kind, string address) =>
        state.Suppression(domain, kind, address) is { } one ? MailAnswers.Json(Json(one)) : NotFound(kind);

    /// <summary>One by a form, or up to 1000 by JSON.</summary>
    private async Task<IResult> AddAsync(HttpContext context, string domain, string kind)
    {
        var isJson = context.Request.HasJsonContentType();
        if (await (isJson ? FromJsonAsync(context, domain, kind) : FromFormAsync(context, domain, kind)) is not { } all || all.Exists(one => one.Address.Length == 0))
            return MailAnswers.Message("Missing mandatory parameter: address", StatusCodes.Status400BadRequest);
        if (all.Count > LargestPage) return MailAnswers.Message("Batch size should be less than 1000", StatusCodes.Status400BadRequest);
        foreach (var one in all) state.Put(one);
        if (isJson) return MailAnswers.Message($"{all.Count} addresses have been added to the {kind} table");
        return MailAnswers.Json(new JsonObject { ["message"] = $"Address has been added to the {kind} table", ["address"] = all[0].Address });
    }

    private async Task<List<MailSuppression>?> FromJsonAsync(HttpContext context, string domain, string kind)
    {
        try
        {
            var parsed = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return [.. ((parsed as JsonArray) ?? [parsed?.DeepClone()]).OfType<JsonObject>().Select(one => Of(domain, kind, name => one[name]?.ToString()))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<List<MailSuppression>?> FromFormAsync(HttpContext context, string domain, string kind)
    {
        var form = await context.Request.FormOfMailAsync(context.RequestAborted);
        return [Of(domain, kind, name => form[name].FirstOrDefault())];
    }

    private MailSuppression Of(string domain, string kind, Func<string, string?> field) =>
        new(domain, kind, field("address") ?? "", time.GetUtcNow(), field("code") ?? "550", field("error") ?? "");

    private IResult Remove(string domain, string kind, string address) => state.RemoveSuppression(domain, kind, address)
        ? MailAnswers.Json(new JsonObject { ["message"] = $"{Title(kind)} addresses for this domain have been removed", ["address"] = address })
        : NotFound(kind);

    private IResult Clear(string domain, string kind)
    {
        foreach (var one in state.Suppressions(domain, kind)) state.RemoveSuppression(domain, kind, one.Address);
        return MailAnswers.Message($"{Title(kind)} addresses for this domain have been removed");
    }

    private static string Title(string kind) => kind switch { "bounces" => "Bounced", "unsubscribes" => "Unsubscribe", _ => "Complaint" };

    private static IResult NotFound(string kind) => MailAnswers.Message($"Address not found in {kind} table", StatusCodes.Status404NotFound);

    private static JsonObject Json(MailSuppression one)
    {
        var json = new JsonObject { ["address"] = one.Address, ["created_at"] = MailAnswers.Date(one.At).Replace("GMT", "UTC", StringComparison.Ordinal) };
        if (one.Kind == "bounces") (json["code"], json["error"]) = (one.Code, one.Error);
        if (one.Kind == "unsubscribes") json["tags"] = MailAnswers.Array(one.Tags);
        return json;
    }
}
