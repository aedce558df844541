using Microsoft.Extensions.Configuration;

namespace PPMessage;

/// <summary>Who else than this program may say who somebody is: an OpenID Connect provider.</summary>
/// <param name="Authority">Its issuer, without a trailing slash: the metadata are at <c>/.well-known/openid-configuration</c> below it.</param>
/// <param name="Audience">Whom its tokens must be for.</param>
/// <param name="RoleClaim">The claim that holds roles.</param>
/// <param name="AdminRole">The role that makes an agent an admin for as long as the token lasts; null: only agents who are admins here are.</param>
internal sealed record OidcOptions(Uri Authority, string Audience, string RoleClaim, string? AdminRole)
{
    /// <returns>Null: only tokens of ours are taken.</returns>
    /// <exception cref="InvalidOperationException">A setting can't be used.</exception>
    public static OidcOptions? From(IConfigurationSection section)
    {
        if (Text(section, nameof(Authority)) is not { } text) return null;
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var authority) || (authority.Scheme != "https" && !(authority.Scheme == "http" && authority.IsLoopback)))
            throw new InvalidOperationException($"PPMessage__Oidc__Authority is not an https URL (http is for loopback only): '{text}'.");
        var audience = Text(section, nameof(Audience)) ?? throw new InvalidOperationException("PPMessage__Oidc__Audience is missing: without it tokens for other programs would be taken.");
        return new OidcOptions(authority, audience, Text(section, nameof(RoleClaim)) ?? "roles", Text(section, nameof(AdminRole)));
    }

    private static string? Text(IConfigurationSection section, string name) => string.IsNullOrWhiteSpace(section[name]) ? null : section[name]!.Trim();
}
