using DotLiquid.Exceptions;

namespace PPMessage.Templates;

/// <summary>Ends a parse or a rendering with a sentence for the author of the text. Of the library's kind that is passed on and not written into the output.</summary>
#pragma warning disable MA0013 // the library's kind extends ApplicationException
internal sealed class TemplateMistakeException(string message) : RenderException(message)
#pragma warning restore MA0013
{
    public static TemplateMistakeException At(int line, string what) => new($"Line {line}: {what}");
}
