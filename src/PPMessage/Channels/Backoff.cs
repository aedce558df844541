namespace PPMessage.Channels;

/// <summary>How long a provider that is busy, or can't be reached, is left alone.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Twice as long for each attempt, and not at the same instant for all messages: up to half as much again, drawn from the id.</summary>
    public static TimeSpan Of(OutboundMessage message)
    {
        var seconds = Math.Min(Math.Pow(2, Math.Clamp(message.Attempt, 1, 10) - 1), Longest.TotalSeconds);
        var spread = Ids.Hash($"{message.Id}/{message.Attempt}")[0] % 32 / 64.0;
        return TimeSpan.FromSeconds(seconds * (1 + spread));
    }
}
