using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace PPMessage.Agents;

/// <summary>
/// Tells the log why the provider's tokens are refused, which the answer does not: each reason once a minute at most, so that a stranger can neither fill the
/// log nor hide another reason. Never what a token holds. Thread-safe.
/// </summary>
internal sealed class OidcRefusals(TimeProvider time, ILogger log)
{
    public const string NoAddress = "it has no claim email";
    public const string UnverifiedAddress = "its claim email_verified is missing or not true";
    public const string NobodysAddress = "no active agent has its e-mail address";

    private static readonly TimeSpan ToldEach = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _toldAt = new();

    public static string Of(Exception? error) => error switch
    {
        SecurityTokenInvalidAudienceException => "its audience (aud) is not PPMessage__Oidc__Audience",
        SecurityTokenInvalidIssuerException => "its issuer (iss) is not the one of the provider's metadata",
        SecurityTokenInvalidLifetimeException => "it has ended, never ends, or is not valid yet (exp, nbf)",
        _ => "it is not signed by a key of the provider, with an algorithm that is trusted",
    };

    public void Tell(string reason)
    {
        var now = time.GetTimestamp();
        if (_toldAt.TryGetValue(reason, out var told) ? time.GetElapsedTime(told, now) >= ToldEach && _toldAt.TryUpdate(reason, now, told) : _toldAt.TryAdd(reason, now))
            log.JwtRefused(reason);
    }
}
