using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using static PPMessage.Local.Sandbox.Control;

namespace PPMessage.Local.Sandbox;

/// <summary>
/// Plays somebody's program that takes PPMessage's webhooks, under <c>/sandbox/webhooks/{name}</c>: verifies signatures as the Standard Webhooks specification says and
/// remembers what came. What it is to answer stands in the URL (<c>?answer=503</c>).
/// </summary>
internal sealed class WebhookInbox(TimeProvider time)
{
    /// <summary>As the specification's own libraries: older and newer requests are refused, for they may be replayed.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly Journal<Arrival> _arrivals = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _secrets = [];

    public void Map(IEndpointRouteBuilder control)
    {
        control.MapPost("/webhooks/{name}", (Delegate)TakeAsync);
        control.MapGet("/webhooks/{name}", (string name) => List([.. _arrivals.All.Where(arrival => arrival.Inbox == name).Select(Told)], WebhookInboxJson.Wire.ItemsArrivalJson));
        control.MapPut("/webhooks/{name}/secret", (Delegate)SetSecretAsync);
    }

    private async Task<IResult> TakeAsync(HttpContext context, string name)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers;
        _arrivals.Add(new Arrival(
            name, headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), Encoding.UTF8.GetString(body.ToArray()), time.GetUtcNow()));
        return TypedResults.StatusCode(int.TryParse(context.Request.Query["answer"], CultureInfo.InvariantCulture, out var status) && status is >= 200 and < 600 ? status : StatusCodes.Status204NoContent);
    }

    private Task<IResult> SetSecretAsync(HttpContext context, string name) => WithAsync(context, WebhookInboxJson.Wire.SecretRequest, request =>
    {
        var key = new byte[request.Secret.Length];
        if (!request.Secret.StartsWith("whsec_", StringComparison.Ordinal) || !Convert.TryFromBase64String(request.Secret["whsec_".Length..], key, out var length))
            return Task.FromResult<IResult>(Problem(StatusCodes.Status400BadRequest, "secret must be whsec_ and Base64, as POST /api/webhooks gave it."));
        lock (_lock) _secrets[name] = key[..length];
        return Task.FromResult<IResult>(TypedResults.NoContent());
    });

    private ArrivalJson Told(Arrival arrival) => new(arrival.At, arrival.Id, IsVerified(arrival), Parsed(arrival.Body));

    /// <summary>Null: nobody has said the secret.</summary>
    private bool? IsVerified(Arrival arrival)
    {
        byte[]? key;
        lock (_lock) key = _secrets.GetValueOrDefault(arrival.Inbox);
        if (key is null) return null;
        if (!long.TryParse(arrival.Timestamp, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(arrival.At.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds) return false;
        var wanted = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{arrival.Id}.{arrival.Timestamp}.{arrival.Body}"))));
        return arrival.Signature.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), wanted));
    }

    private static JsonElement? Parsed(string body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Arrival(string Inbox, string Id, string Timestamp, string Signature, string Body, DateTimeOffset At);
}

internal sealed record SecretRequest(string Secret);

/// <param name="Verified">Null: the inbox does not know its secret.</param>
/// <param name="Body">Null: no JSON.</param>
internal sealed record ArrivalJson(DateTimeOffset At, string Id, bool? Verified, JsonElement? Body);

[JsonSerializable(typeof(SecretRequest))]
[JsonSerializable(typeof(Items<ArrivalJson>))]
internal sealed partial class WebhookInboxJson : JsonSerializerContext
{
    public static readonly WebhookInboxJson Wire = new(ControlJson.Settings);
}
