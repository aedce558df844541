using System.Globalization;
using DotLiquid;
using PPMessage.Templates.Engine;
using PPMessage.Templates.Syntax;

namespace PPMessage.Templates;

/// <summary>A text with Liquid in it, parsed once. Immutable; may be rendered by many threads at the same time.</summary>
internal sealed class Template
{
    /// <summary>A longer text is refused: parsing is linear, but not cheap.</summary>
    public const int LongestText = 20_000;

    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    private readonly DotLiquid.Template? _parsed;

    private Template(string text, ReadTemplate? read, DotLiquid.Template? parsed)
    {
        (Text, Mentions, Looks, _parsed) = (text, read?.Mentions ?? Nothing, read?.Looks ?? [], parsed);
    }

    public string Text { get; }

    /// <summary>The root objects that it may look at: only these need to be given to <see cref="Render"/>.</summary>
    public IReadOnlySet<string> Mentions { get; }

    /// <summary>What it looks at within them, in the order in which it is written.</summary>
    public IReadOnlyList<TemplateLook> Looks { get; }

    /// <summary>There is no Liquid in it: it renders to itself.</summary>
    public bool IsPlain => _parsed is null;

    /// <summary>
    /// Null with a mistake ("Line 3: …") when the text does not parse, uses a tag or a filter that there is not, or names an object that is none of
    /// the roots and not made by the text itself above that place.
    /// </summary>
    /// <param name="longest">In characters.</param>
    public static Template? Parse(string text, IReadOnlySet<string> roots, out string? mistake, int longest = LongestText)
    {
        mistake = text.Length > longest ? $"The text is longer than {longest} characters." : null;
        if (mistake is not null) return null;
        if (!text.Contains("{{", StringComparison.Ordinal) && !text.Contains("{%", StringComparison.Ordinal)) return new Template(text, null, null);
        try
        {
            var read = TemplateSyntax.Read(text, roots);
            return new Template(text, read, LiquidEngine.Parse(read.Canonical));
        }
        catch (TemplateMistakeException wrong)
        {
            mistake = wrong.Message;
            return null;
        }
    }

    /// <summary>Never throws for what a template or its data does.</summary>
    /// <param name="objects">
    /// Those of <see cref="Mentions"/>; one that is missing is empty. Values are strings, numbers (decimal, int, long), bools, times, nulls, and maps and lists
    /// of these; anything else is empty. They are not changed.
    /// </param>
    public Rendering Render(IReadOnlyDictionary<string, object?> objects, RenderLimits limits)
    {
        if (_parsed is null && Text.Length <= limits.MostCharacters) return new Rendering(Text, null);
        var budget = new Budget(limits);
        if (_parsed is null) return new Rendering(null, budget.TooLong);
        using var writer = new BoundedWriter(budget);
        try
        {
            var context = ContextPool.Take(Roots(objects, budget), budget, limits.MostIterations);
            _parsed.Render(writer, RenderParameters.FromContext(context, CultureInfo.InvariantCulture));
            ContextPool.Return(context);
            return new Rendering(writer.ToString(), null);
        }
        catch (TemplateMistakeException wrong)
        {
            return new Rendering(null, wrong.Message);
        }
        catch (DotLiquid.Exceptions.MaximumIterationsExceededException)
        {
            return new Rendering(null, budget.TooManyIterations);
        }
        // Whatever the library or a conversion in it throws was caused by the text or its data: the message is the library's and tells a customer nothing.
        catch (Exception wrong) when (wrong is not OutOfMemoryException)
        {
            return new Rendering(null, "A tag or a filter cannot work with the values that it was given.");
        }
    }

    private Hash Roots(IReadOnlyDictionary<string, object?> objects, Budget budget)
    {
        var roots = new Hash();
        foreach (var name in Mentions) roots[name] = objects.TryGetValue(name, out var value) ? Values.Of(value, budget) : null;
        return roots;
    }
}
