using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PPMessage.Local.Sandbox;

/// <summary>How the calls under <c>/sandbox</c> read and answer.</summary>
internal static class Control
{
    /// <summary>Lists show this many of the newest.</summary>
    public const int Shown = 200;

    public static JsonHttpResult<Items<T>> List<T>(IReadOnlyList<T> all, JsonTypeInfo<Items<T>> type) =>
        TypedResults.Json(new Items<T>([.. all.TakeLast(Shown)]), type);

    /// <summary>Reads the body and acts on it; a body that can't be read is answered with what is wrong in it.</summary>
    public static async Task<IResult> WithAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, Task<IResult>> act)
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            return request is null ? Problem(StatusCodes.Status400BadRequest, "The body must be a JSON object.") : await act(request);
        }
        catch (JsonException e)
        {
            return Problem(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    public static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(statusCode: status, detail: detail);
}
