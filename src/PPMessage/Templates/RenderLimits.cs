namespace PPMessage.Templates;

/// <summary>How far a rendering may go before it is given up. A template is a customer's text, and its data are strangers'.</summary>
/// <param name="MostCharacters">
/// Of the text that comes out. What its filters make on the way may be <see cref="Engine.Budget.WorkPerCharacter"/> times as much together.
/// </param>
/// <param name="LongestTime">Looked at between two nodes and two iterations, so it is kept to within a few milliseconds.</param>
/// <param name="MostIterations">Of all loops together, those within loops counted each time.</param>
internal sealed record RenderLimits(int MostCharacters, TimeSpan LongestTime, int MostIterations)
{
    /// <summary>20,000 characters, 200 ms, 10,000 iterations.</summary>
    public static RenderLimits Default { get; } = new(20_000, TimeSpan.FromMilliseconds(200), 10_000);
}

/// <param name="Text">Null: there is none, because of the mistake.</param>
/// <param name="Mistake">Why there is no text: too long, took too long, failed in a tag; null: it went well.</param>
internal readonly record struct Rendering(string? Text, string? Mistake);
