using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using static PPMessage.Local.Sandbox.Control;

namespace PPMessage.Local.Sandbox;

/// <summary>Programs over HTTP, under <c>/sandbox/programs/{name}</c>: <c>PUT</c> there sets the answer, <c>GET …/requests</c> lists, everything else is a call of the program.</summary>
internal sealed class ProgramsApi(Programs programs, TimeProvider time)
{
    private const long LargestRequest = 1024 * 1024;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Map(IEndpointRouteBuilder control)
    {
        control.MapPut("/programs/{name}", (Delegate)PutAsync);
        control.MapGet("/programs/{name}/requests", (string name) => List(programs.Requests(name), ProgramsJson.Wire.ItemsProgramRequest));
        control.Map("/programs/{name}/{**path}", (Delegate)AnswerAsync);
    }

    private Task<IResult> PutAsync(HttpContext context, string name) => WithAsync(context, ProgramsJson.Wire.ProgramAnswer, answer =>
    {
        if (answer.Mistake() is { } mistake) return Task.FromResult<IResult>(Problem(StatusCodes.Status400BadRequest, mistake));
        programs.Put(name, answer);
        return Task.FromResult<IResult>(TypedResults.NoContent());
    });

    private async Task AnswerAsync(HttpContext context, string name)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestRequest;
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var answer = programs.Take(name, context.Request.Method, Target(context.Request, name), headers, body);
        await Task.Delay(TimeSpan.FromMilliseconds(answer.DelayMs), time, context.RequestAborted);
        await WriteAsync(context.Response, answer, context.RequestAborted);
    }

    /// <summary>As it was asked for, beneath the program's URL.</summary>
    private static string Target(HttpRequest request, string name)
    {
        request.Path.StartsWithSegments($"/sandbox/programs/{name}", out var beneath);
        return beneath.ToUriComponent() + request.QueryString;
    }

    private static async Task WriteAsync(HttpResponse response, ProgramAnswer answer, CancellationToken cancellation)
    {
        response.StatusCode = answer.Status;
        foreach (var (header, value) in answer.Headers ?? new Dictionary<string, string>()) response.Headers[header] = value;
        if (answer.Body is not { } body || answer.Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified) return;
        response.ContentType = answer.ContentType ?? "application/json";
        await response.Body.WriteAsync(IsText(answer, body) ? Encoding.UTF8.GetBytes(body.GetString()!) : Written(body), cancellation);
    }

    private static bool IsText(ProgramAnswer answer, JsonElement body) =>
        body.ValueKind == JsonValueKind.String && answer.ContentType is { } type && !type.Contains("json", StringComparison.OrdinalIgnoreCase);

    private static byte[] Written(JsonElement body)
    {
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written, Readable)) body.WriteTo(writer);
        return written.ToArray();
    }
}

[JsonSerializable(typeof(ProgramAnswer))]
[JsonSerializable(typeof(Items<ProgramRequest>))]
internal sealed partial class ProgramsJson : JsonSerializerContext
{
    public static readonly ProgramsJson Wire = new(ControlJson.Settings);
}
