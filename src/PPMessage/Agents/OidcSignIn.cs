using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace PPMessage.Agents;

/// <summary>
/// Takes JWTs of one OpenID Connect provider beside tokens of ours. The agent is who has the token's e-mail address, if the provider has verified it.
/// Keys are read from the provider's metadata and kept; a key that is not among them is looked for anew, at most once a minute. Thread-safe.
/// </summary>
internal sealed class OidcSignIn(OidcOptions oidc, AgentDirectory agents, TimeProvider time, ILogger<OidcSignIn> log) : IDisposable
{
    private const int LargestDocument = 1024 * 1024;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(12);
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Asymmetric ones only: with a symmetric one whoever knows the public key could sign.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LargestDocument,
    };

    private readonly JsonWebTokenHandler _tokens = new() { MaximumTokenSizeInBytes = Authentication.LongestJwt };
    private readonly OidcRefusals _refusals = new(time, log);
    private readonly Lock _gate = new();
    private volatile OpenIdConnectConfiguration? _last;
    private Task<OpenIdConnectConfiguration>? _load;
    private long _askedAt;

    /// <summary>Null: no valid token, or no agent's.</summary>
    public async ValueTask<Caller?> FindAsync(string jwt, CancellationToken cancellation)
    {
        if (!_tokens.CanReadToken(jwt) || await TokenAsync(jwt, cancellation) is not { } token) return null;
        if (VerifiedEmail(token) is not { } email) return null;
        if (await agents.FindByEmailAsync(email, cancellation) is not { } agent) return Refused<Caller>(OidcRefusals.NobodysAddress);
        var isAdmin = oidc.AdminRole is { } admin && token.Claims.Any(claim => claim.Type == oidc.RoleClaim && claim.Value == admin);
        return new Caller(isAdmin ? Role.Admin : agent.Role, agent.Id, agent.Name);
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonWebToken?> TokenAsync(string jwt, CancellationToken cancellation)
    {
        if (await ProviderAsync(anew: false, cancellation) is not { } provider) return null;
        var result = await _tokens.ValidateTokenAsync(jwt, Rules(provider));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && await ProviderAsync(anew: true, cancellation) is { } newer && newer != provider)
            result = await _tokens.ValidateTokenAsync(jwt, Rules(newer));
        return result.IsValid ? result.SecurityToken as JsonWebToken : Refused<JsonWebToken>(OidcRefusals.Of(result.Exception));
    }

    private T? Refused<T>(string reason) where T : class
    {
        _refusals.Tell(reason);
        return null;
    }

    private TokenValidationParameters Rules(OpenIdConnectConfiguration provider) => new()
    {
        ValidIssuer = provider.Issuer,
        ValidAudience = oidc.Audience,
        IssuerSigningKeys = provider.SigningKeys,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        // The program's own clock.
        LifetimeValidator = (notBefore, expires, _, _) => expires > Now - ClockSkew && (notBefore is null || notBefore <= Now + ClockSkew),
    };

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Null: it can't be read, and never could. Who shows a key that is known does not wait for one who shows another.</summary>
    private async Task<OpenIdConnectConfiguration?> ProviderAsync(bool anew, CancellationToken cancellation)
    {
        var load = Load(anew);
        if (!anew && _last is { } last && !load.IsCompleted) return last;
        if (!load.IsCompleted) await ((Task)load).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return load.IsCompletedSuccessfully ? _last = load.Result : _last;
    }

    // Strangers' tokens must not make us ask more than once a minute: neither for keys that nobody has, nor while the provider is down.
    private Task<OpenIdConnectConfiguration> Load(bool anew)
    {
        lock (_gate)
        {
            if (_load is not null && (!_load.IsCompleted || !IsDue(_load, anew))) return _load;
            _askedAt = time.GetTimestamp();
            return _load = Task.Run(() => LoadAsync(CancellationToken.None), CancellationToken.None);
        }
    }

    private bool IsDue(Task load, bool anew)
    {
        var age = time.GetElapsedTime(_askedAt);
        return age >= KeptFor || (age >= ReadAgainAfter && (anew || !load.IsCompletedSuccessfully));
    }

    private async Task<OpenIdConnectConfiguration> LoadAsync(CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(cancellation);
        }
        catch (Exception e)
        {
            log.ProviderUnread(e, oidc.Authority);
            throw;
        }
    }

    private async Task<OpenIdConnectConfiguration> ReadAsync(CancellationToken cancellation)
    {
        var documents = new HttpDocumentRetriever(_http) { RequireHttps = !oidc.Authority.IsLoopback };
        var provider = await OpenIdConnectConfigurationRetriever.GetAsync($"{oidc.Authority.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration", documents, cancellation);
        return provider.Issuer?.TrimEnd('/') == oidc.Authority.AbsoluteUri.TrimEnd('/')
            ? provider
            : throw new InvalidOperationException($"The metadata of {oidc.Authority} are those of another issuer: {provider.Issuer}.");
    }

    private string? VerifiedEmail(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<string>("email", out var email)) return Refused<string>(OidcRefusals.NoAddress);
        return token.Claims.Any(claim => claim is { Type: "email_verified", Value: "true" or "True" }) ? email : Refused<string>(OidcRefusals.UnverifiedAddress);
    }
}
