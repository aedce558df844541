using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PPMessage;

/// <summary>Bounds of campaigns under way (<c>PPMessage__Campaigns__OpenChunks</c> and so on).</summary>
internal sealed record CampaignLimits
{
    public const int MostOpenChunks = 1000;

    private const int MostLookAgainSeconds = 3600;

    /// <summary>
    /// How many chunks of a bucket may wait to be sent before no more are decided: with 32 buckets of 48 recipients a chunk, 15,000 people decided ahead. What is decided long
    /// before it is sent may have become wrong. 1 to <see cref="MostOpenChunks"/>, which are counted in one page.
    /// </summary>
    public int OpenChunks { get; init; } = 10;

    /// <summary>How often a bucket that has nothing to do looks whether that has changed: after this time at first (whole seconds, at most an hour), then less and less often, down to a sixteenth.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an occurrence's recipients are kept, in days.</summary>
    public int KeptDays { get; init; } = 180;

    /// <exception cref="InvalidOperationException">A number can't be used.</exception>
    public static CampaignLimits From(IConfigurationSection section)
    {
        var defaults = new CampaignLimits();
        return new CampaignLimits
        {
            OpenChunks = Number(section, nameof(OpenChunks), defaults.OpenChunks, MostOpenChunks),
            LookAgain = TimeSpan.FromSeconds(Number(section, nameof(LookAgain) + "Seconds", (int)defaults.LookAgain.TotalSeconds, MostLookAgainSeconds)),
            KeptDays = Number(section, nameof(KeptDays), defaults.KeptDays, int.MaxValue),
        };
    }

    private static int Number(IConfigurationSection section, string name, int fallback, int most)
    {
        if (string.IsNullOrWhiteSpace(section[name])) return fallback;
        return int.TryParse(section[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most
            ? number
            : throw new InvalidOperationException($"PPMessage__Campaigns__{name} is not a whole number from 1 to {most}: '{section[name]}'.");
    }
}
