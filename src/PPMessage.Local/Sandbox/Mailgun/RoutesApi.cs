using System.Text.Json.Nodes;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Routes of the account (https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/routes).</summary>
internal sealed class RoutesApi(MailState state, TimeProvider time)
{
    private const int MostBytes = 4096;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/v3/routes", List);
        api.MapPost("/v3/routes", (Delegate)CreateAsync);
        api.MapGet("/v3/routes/match", Match);
        api.MapGet("/v3/routes/{id}", (string id) => Find(id) is { } route ? Answer(route) : NotFound());
        api.MapPut("/v3/routes/{id}", ChangeAsync);
        api.MapDelete("/v3/routes/{id}", (string id) => state.RemoveRoute(id)
            ? MailAnswers.Json(new JsonObject { ["message"] = "Route has been deleted", ["id"] = id })
            : NotFound());
    }

    private IResult List(HttpRequest request)
    {
        if (int.TryParse(request.Query["limit"], out var limit) && limit > 1000) return Bad("The 'limit' parameter can't be larger than 1000");
        var page = state.Routes.Skip(request.Number("skip", 0, int.MaxValue)).Take(request.Number("limit", 100, 1000));
        return MailAnswers.Json(new JsonObject { ["total_count"] = state.Routes.Count, ["items"] = new JsonArray([.. page.Select(Json)]) });
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var form = await context.Request.FormOfMailAsync(context.RequestAborted);
        if (form["expression"].Count == 0) return Bad("Missing mandatory parameter: expression");
        var route = Changed(new SandboxRoute("", []) { CreatedAt = time.GetUtcNow() }, form);
        if (Mistake(route) is { } mistake) return Bad(mistake);
        state.Put(route);
        return MailAnswers.Json(new JsonObject { ["message"] = "Route has been created", ["route"] = Json(route) });
    }

    private async Task<IResult> ChangeAsync(HttpContext context, string id)
    {
        if (Find(id) is not { } route) return NotFound();
        var changed = Changed(route, await context.Request.FormOfMailAsync(context.RequestAborted));
        if (Mistake(changed) is { } mistake) return Bad(mistake);
        state.Put(changed);
        // Mailgun's description wraps the route, its clients read it flat.
        var json = Json(changed);
        (json["message"], json["route"]) = ("Route has been updated", Json(changed));
        return MailAnswers.Json(json);
    }

    private IResult Match(HttpRequest request) => RouteTable.First(state.Routes, request.Query["address"].ToString()) is { } route ? Answer(route) : NotFound();

    /// <summary>Fields that are not given stay.</summary>
    private static SandboxRoute Changed(SandboxRoute route, IFormCollection form) => route with
    {
        Expression = form.TryGetValue("expression", out var expression) ? expression.ToString() : route.Expression,
        Actions = form.TryGetValue("action", out var actions) ? [.. actions.OfType<string>()] : route.Actions,
        Description = form.TryGetValue("description", out var description) ? description.ToString() : route.Description,
        Priority = int.TryParse(form["priority"], System.Globalization.CultureInfo.InvariantCulture, out var priority) ? priority : route.Priority,
    };

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? Mistake(SandboxRoute route)
    {
        if (RouteFilter.Parse(route.Expression) is null || route.Expression.Length > MostBytes) return $"Route expression is invalid: {route.Expression}";
        var bad = route.Actions.FirstOrDefault(action => action.Length > MostBytes || RouteAction.Parse(action) is null);
        return bad is null ? null : $"Route action is invalid: {bad}";
    }

    private SandboxRoute? Find(string id) => state.Routes.FirstOrDefault(route => route.Id == id);

    private static IResult Answer(SandboxRoute route) => MailAnswers.Json(new JsonObject { ["route"] = Json(route) });

    private static IResult Bad(string message) => MailAnswers.Message(message, StatusCodes.Status400BadRequest);

    private static IResult NotFound() => MailAnswers.Message("Route not found", StatusCodes.Status404NotFound);

    private static JsonObject Json(SandboxRoute route) => new()
    {
        ["id"] = route.Id,
        ["priority"] = route.Priority,
        ["description"] = route.Description,
        ["expression"] = route.Expression,
        ["actions"] = MailAnswers.Array(route.Actions),
        ["created_at"] = MailAnswers.Date(route.CreatedAt),
    };
}
