using System.Net.Http.Headers;

namespace PPMessage.Http;

/// <summary>How long a <c>Retry-After</c> asks to wait. Pure.</summary>
internal static class RetryAfter
{
    /// <returns>Negative when it names a time that is over; null when it says nothing that can be read.</returns>
    public static TimeSpan? Of(string? header, DateTimeOffset now) =>
        RetryConditionHeaderValue.TryParse(header, out var after) ? after.Delta ?? (after.Date - now) : null;
}
