namespace PPMessage.Suppressions;

internal enum OptOutWord
{
    /// <summary>No more messages from this sender.</summary>
    Stop,

    /// <summary>Takes a stop back. "YES" is among these words: it means so only from somebody who has stopped (the caller knows), else it is an answer.</summary>
    Start,

    Help,
}

/// <summary>
/// Reads the words by which a person stops a sender. Only a message that is nothing but the word counts, whatever its case:
/// "STOP please" does not. Source: Twilio's default keywords (twilio.com/docs/messaging, "Twilio support for opt-out keywords"); the Chinese
/// ones are what recipients there are told to answer ("回T退订"), also typed in full width.
/// </summary>
internal static class OptOutWords
{
    private const int LongestWord = 11;

    private static readonly Dictionary<string, OptOutWord> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["STOP"] = OptOutWord.Stop,
        ["STOPALL"] = OptOutWord.Stop,
        ["UNSUBSCRIBE"] = OptOutWord.Stop,
        ["CANCEL"] = OptOutWord.Stop,
        ["END"] = OptOutWord.Stop,
        ["QUIT"] = OptOutWord.Stop,
        ["REVOKE"] = OptOutWord.Stop,
        ["OPTOUT"] = OptOutWord.Stop,
        ["退订"] = OptOutWord.Stop,
        ["退訂"] = OptOutWord.Stop,
        ["TD"] = OptOutWord.Stop,
        ["T"] = OptOutWord.Stop,
        ["START"] = OptOutWord.Start,
        ["YES"] = OptOutWord.Start,
        ["UNSTOP"] = OptOutWord.Start,
        ["HELP"] = OptOutWord.Help,
        ["INFO"] = OptOutWord.Help,
    };

    /// <summary>Null: an ordinary message.</summary>
    public static OptOutWord? Read(string text)
    {
        var word = text.AsSpan().Trim();
        if (word.Length is 0 or > LongestWord) return null;
        return Words.TryGetValue(HalfWidth(word), out var meaning) ? meaning : null;
    }

    private static string HalfWidth(ReadOnlySpan<char> word) =>
        string.Create(word.Length, word, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = from[i] is >= '！' and <= '～' ? (char)(from[i] - '！' + '!') : from[i];
        });
}
