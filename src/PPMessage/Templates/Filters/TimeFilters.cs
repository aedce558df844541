using System.Globalization;
using DotLiquid;
using DotLiquid.Util;

namespace PPMessage.Templates.Filters;

/// <summary>Times are shown in the zone that they are in, which is UTC for those of the product's objects.</summary>
internal static class TimeFilters
{
    /// <summary>Longer formats are refused, and so are fields wider than 99: the library would pad them.</summary>
    private const int LongestFormat = 200;

    /// <summary>In strftime's forms. Of a time, of a text that reads as one (UTC when it does not say), or of seconds since 1970; anything else stays as it is.</summary>
    public static string Date(Context context, object? input, object? format)
    {
        var text = context.Text(format);
        if (text.Length == 0 || AsTime(input) is not { } at) return context.Text(input);
        if (text.Length > LongestFormat || HasWideField(text)) throw new TemplateMistakeException("The format of a date is too long.");
        return at.ToStrFTime(text, CultureInfo.InvariantCulture);
    }

    public static string Date(Context context, object? input, object? format, object? zone) => Date(context, InZone(context, input, zone), format);

    /// <summary>The same instant, told in a zone ("Asia/Shanghai"). What is no time, and a time in no known zone, stays as it is.</summary>
    public static object? InZone(Context context, object? input, object? zone) =>
        AsTime(input) is { } at && TimeZoneInfo.TryFindSystemTimeZoneById(context.Text(zone), out var known) ? TimeZoneInfo.ConvertTime(at, known) : input;

    private static DateTimeOffset? AsTime(object? input) => input switch
    {
        DateTimeOffset at => at,
        int or long or decimal => FromSeconds(FilterInput.Number(input)),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at,
        _ => null,
    };

    private static DateTimeOffset? FromSeconds(decimal seconds) =>
        seconds > DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    // A year as plain text ("2026年%m月") is fine; digits behind a percent sign and its flags are a width.
    private static bool HasWideField(string format)
    {
        for (var at = format.IndexOf('%'); at >= 0; at = format.IndexOf('%', at + 1))
        {
            var digits = format.AsSpan(at + 1).TrimStart("-_0^:#");
            if (digits.Length > 2 && digits[..3].IndexOfAnyExceptInRange('0', '9') < 0) return true;
        }

        return false;
    }
}
