using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PPMessage;

/// <summary>How much one token may ask of one instance: <c>PPMessage__Limits__RequestsPerSecond</c> and <c>PPMessage__Limits__Burst</c>.</summary>
internal sealed record RequestLimits
{
    /// <summary>On average. 0: no limit.</summary>
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>At once, after a rest.</summary>
    public int Burst { get; init; } = 100;

    /// <exception cref="InvalidOperationException">A number can't be used.</exception>
    public static RequestLimits From(IConfigurationSection section)
    {
        var defaults = new RequestLimits();
        return new RequestLimits
        {
            RequestsPerSecond = Number(section, nameof(RequestsPerSecond), defaults.RequestsPerSecond, 0),
            Burst = Number(section, nameof(Burst), defaults.Burst, 1),
        };
    }

    private static int Number(IConfigurationSection section, string name, int fallback, int least)
    {
        if (string.IsNullOrWhiteSpace(section[name])) return fallback;
        return int.TryParse(section[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new InvalidOperationException($"PPMessage__Limits__{name} is not a whole number from {least}: '{section[name]}'.");
    }
}
