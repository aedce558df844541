using Microsoft.AspNetCore.Http;

namespace PPMessage.Http;

/// <summary>Error answers as RFC 9457 problem details.</summary>
internal static class Problems
{
    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "Not found", detail);

    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, "Conflict", detail);

    public static IResult Stale() => Of(StatusCodes.Status412PreconditionFailed, "Changed meanwhile", "The resource has another ETag than If-Match names: read it again.");

    public static IResult Unprocessable(string detail) => Of(StatusCodes.Status422UnprocessableEntity, "Can't be done", detail);

    public static IResult Forbidden(string detail) => Of(StatusCodes.Status403Forbidden, "Not allowed", detail);

    /// <summary>The host has not given a setting without which this can't be done.</summary>
    public static IResult NotConfigured(string detail) => Of(StatusCodes.Status503ServiceUnavailable, "Not configured", detail);

    /// <param name="errors">Field path to messages.</param>
    public static IResult Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.ValidationProblem(errors, detail: "The request has mistakes.");

    public static IResult Invalid(string field, string message) => Invalid(new Dictionary<string, string[]> { [field] = [message] });

    // The framework knows a type for most statuses; RFC 9457 §4.2.1 gives the word for the others.
    public static IResult Of(int status, string title, string detail) =>
        TypedResults.Problem(statusCode: status, title: title, detail: detail, type: status is 413 or 429 or >= 500 ? "about:blank" : null);
}
