using Microsoft.AspNetCore.Builder;

namespace PPMessage.Http;

/// <summary>Marks endpoints that need the role admin; whoever authenticates enforces it.</summary>
internal sealed class AdminOnly
{
    public static readonly AdminOnly Instance = new();
}

internal static class AdminOnlyExtensions
{
    public static TBuilder RequireAdmin<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(AdminOnly.Instance);
}
