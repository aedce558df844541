using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PPMessage.Http;

/// <summary>
/// A resource's ETag is the version of the fields that clients can change, so it guards edits (<c>If-Match</c>) and nothing else:
/// the answer may carry more than those fields, so <c>If-None-Match</c> is not honoured.
/// </summary>
internal static class ETags
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>True without an <c>If-Match</c>. A weak or malformed tag never matches (RFC 9110 §13.1.1).</summary>
    public static bool Matches(HttpContext context, int version) => Matches(context, version.ToString(CultureInfo.InvariantCulture));

    /// <summary>As above, where the version is a hash of the content.</summary>
    public static bool Matches(HttpContext context, string version)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0) return true;
        return EntityTagHeaderValue.TryParseList(header, out var tags)
            && tags.Any(tag => tag.Tag == "*" || (!tag.IsWeak && tag.Tag.Equals($"\"{version}\"", StringComparison.Ordinal)));
    }

    public static bool HasIfMatch(HttpContext context) => context.Request.Headers.IfMatch.Count > 0;

    /// <summary>200 with the resource and its ETag.</summary>
    public static IResult Ok<T>(HttpContext context, T value, JsonTypeInfo<T> type, int version) => Ok(context, value, type, version.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Ok{T}(HttpContext, T, JsonTypeInfo{T}, int)"/>
    /// <param name="version">A hash of the content.</param>
    public static IResult Ok<T>(HttpContext context, T value, JsonTypeInfo<T> type, string version)
    {
        context.Response.Headers.ETag = $"\"{version}\"";
        return TypedResults.Json(value, type);
    }
}
