using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace PPMessage.Http;

/// <summary>A success as it goes over the wire, so that a repeated request can be given the same one.</summary>
internal sealed record Answer(int Status, string Body, string? Location, string? ETag) : IResult
{
    /// <summary>201 with the new resource.</summary>
    public static Answer Created<T>(string location, int version, T value, JsonTypeInfo<T> type) =>
        new(StatusCodes.Status201Created, JsonSerializer.Serialize(value, type), location, ETags.Of(version));

    public static Answer Ok<T>(int version, T value, JsonTypeInfo<T> type) =>
        new(StatusCodes.Status200OK, JsonSerializer.Serialize(value, type), null, ETags.Of(version));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        if (Location is not null) response.Headers.Location = Location;
        if (ETag is not null) response.Headers.ETag = ETag;
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(Body), httpContext.RequestAborted);
    }
}

/// <summary>What an endpoint under <see cref="Idempotency"/> did: an answer to give and one to keep, or a problem, after which the key is free again.</summary>
/// <param name="Repeat">For repeats; without the secrets that are shown once.</param>
internal sealed record Outcome(IResult Now, Answer? Repeat)
{
    public static Outcome Of(Answer answer) => new(answer, answer);

    /// <summary>Nothing was done.</summary>
    public static Outcome Refused(IResult problem) => new(problem, null);
}
