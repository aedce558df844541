using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PPMessage.Tests.Agents;

/// <summary>An OpenID Connect provider on 127.0.0.1: metadata and keys.</summary>
internal sealed class FakeAuthority : IAsyncDisposable
{
    // Made once: it takes a tenth of a second.
    private static readonly RsaSecurityKey First = NewKey("first");

    private readonly WebApplication _app;
    private int _waiting;

    private FakeAuthority(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public RsaSecurityKey Key { get; set; } = First;

    /// <summary>What its metadata say; null: the truth.</summary>
    public string? Issuer { get; set; }

    public bool IsDown { get; set; }

    /// <summary>Takes every request and answers none.</summary>
    public bool IsMute { get; set; }

    /// <summary>Who waits for an answer that does not come.</summary>
    public int Waiting => _waiting;

    /// <summary>How often its metadata were read.</summary>
    public int Asked { get; private set; }

    public static async Task<FakeAuthority> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var authority = new FakeAuthority(app);
        app.MapGet("/.well-known/openid-configuration", (Delegate)authority.Metadata);
        app.MapGet("/keys", authority.Keys);
        await app.StartAsync();
        return authority;
    }

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public string Token(DateTimeOffset now, Action<SecurityTokenDescriptor>? change = null)
    {
        var token = new SecurityTokenDescriptor
        {
            Issuer = Url,
            Audience = "ppmessage",
            Claims = new Dictionary<string, object> { ["email"] = "Fang@Example.com", ["email_verified"] = true, ["roles"] = new[] { "support" } },
            NotBefore = now.UtcDateTime.AddMinutes(-5),
            Expires = now.UtcDateTime.AddMinutes(5),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    private async Task<IResult> Metadata(HttpContext context)
    {
        Asked++;
        if (IsMute) await NeverAsync(context.RequestAborted);
        return IsDown
            ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : Results.Text($$"""{"issuer":"{{Issuer ?? Url}}","jwks_uri":"{{Url}}/keys"}""", "application/json");
    }

    private async Task NeverAsync(CancellationToken aborted)
    {
        Interlocked.Increment(ref _waiting);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _waiting);
    }

    private IResult Keys()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(Key);
        return Results.Text($$"""{"keys":[{"kty":"RSA","use":"sig","kid":"{{key.Kid}}","n":"{{key.N}}","e":"{{key.E}}"}]}""", "application/json");
    }
}
