namespace PPMessage.Templates;

/// <summary>One place in a text where it looks into an object that it was given.</summary>
/// <param name="Members">As they are written, the outermost first, an item's number among them; null: what it is turns out when it is rendered.</param>
internal sealed record TemplateLook(int Line, string Root, IReadOnlyList<string?> Members);
