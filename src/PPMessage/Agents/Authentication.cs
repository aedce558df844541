using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Principal;
using System.Text;
using Microsoft.AspNetCore.Http;
using PPMessage.Http;

namespace PPMessage.Agents;

/// <summary>Whose JWT it is, by the sign-in provider that the settings name; null: nobody's.</summary>
internal delegate ValueTask<Caller?> FindByJwt(string jwt, CancellationToken cancellation);

/// <summary>
/// Lets nothing but <c>/health</c> through without a valid admin key in the settings, and nothing below <c>/api</c> without a token but what says nothing of this workspace (<see cref="ForEverybody"/>):
/// sets the <see cref="Caller"/>, and refuses who asks too often and a role that is too low for the endpoint. A long poll is one request, however long.
/// </summary>
internal sealed class Authentication(RequestDelegate next, PPMessageOptions options, AgentDirectory agents, FailedLogins failures, CallerLimits limits, FindByJwt byJwt)
{
    private const string Scheme = "Bearer ";

    private const string TooOften =
        "This caller asks more often than PPMessage__Limits__RequestsPerSecond and PPMessage__Limits__Burst allow: wait as long as Retry-After says.";

    /// <summary>In characters. Providers write many claims; no token of ours is longer than a hundredth of it.</summary>
    public const int LongestJwt = 8 * 1024;

    private readonly byte[] _adminKey = Hash(options.AdminKey?.Trim() ?? string.Empty);

    public async Task InvokeAsync(HttpContext context)
    {
        if (await RefusalAsync(context) is { } problem) await problem.ExecuteAsync(context);
        else await next(context);
    }

    private async Task<IResult?> RefusalAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/health")) return null;
        if (!options.HasAdminKey)
            return Problems.NotConfigured($"The setting PPMessage__AdminKey is missing or has fewer than {PPMessageOptions.ShortestAdminKey} characters.");
        if (!context.Request.Path.StartsWithSegments("/api")) return null;

        if (context.GetEndpoint()?.Metadata.GetMetadata<ForEverybody>() is not null) return null;

        context.Response.Headers.CacheControl = "no-store";
        if (await CallerAsync(context) is not { } caller) return Unauthorized(context);
        if (limits.TryTake(caller.Key) is { } wait) return TooMany(context, wait, "Too many requests", TooOften);
        context.Features.Set(caller);
        context.User = new ClaimsPrincipal(new GenericIdentity(caller.Key, Scheme.Trim()));
        return caller.Role == Role.Admin || context.GetEndpoint()?.Metadata.GetMetadata<AdminOnly>() is null
            ? null
            : Problems.Forbidden("This needs the role admin.");
    }

    private async ValueTask<Caller?> CallerAsync(HttpContext context)
    {
        if (TokenOf(context) is not { } token) return null;
        if (CryptographicOperations.FixedTimeEquals(Hash(token), _adminKey)) return Caller.AdminKey;
        if (await agents.FindByTokenAsync(token, context.RequestAborted) is { } agent) return new Caller(agent.Role, agent.Id, agent.Name);
        return token.Count(c => c == '.') == 2 ? await byJwt(token, context.RequestAborted) : null;
    }

    // A right token always gets in, so that a stranger who guesses can't lock anybody out; only what failed is counted.
    private IResult Unauthorized(HttpContext context)
    {
        if (TokenOf(context) is not null && failures.TryCount() is { } wait) return TooMany(context, wait, "Too many failures", "Too many wrong tokens were shown lately.");

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Of(StatusCodes.Status401Unauthorized, "Who is it?", "A valid token is needed: Authorization: Bearer <token>.");
    }

    private static IResult TooMany(HttpContext context, TimeSpan wait, string title, string detail)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, title, detail);
    }

    private static string? TokenOf(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.Length <= LongestJwt && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
    }

    // Equal lengths, so that the comparison's time says nothing about the key's.
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
