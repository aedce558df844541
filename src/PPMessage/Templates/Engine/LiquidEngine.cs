using System.Text.Json;
using DotLiquid;
using DotLiquid.NamingConventions;
using PPMessage.Templates.Filters;

namespace PPMessage.Templates.Engine;

/// <summary>
/// The library, set up once for the process: everything about it is static. It sees only text that <see cref="Syntax.TemplateSyntax"/> has written, and its own
/// filters, tags and operators are replaced where they are unbounded or differ from Liquid.
/// </summary>
internal static class LiquidEngine
{
    /// <summary>The filters that a template may use, by name.</summary>
    public static readonly IReadOnlyDictionary<string, FilterShape> Filters;

    private static readonly Type[] FilterTypes =
        [typeof(TextFilters), typeof(ReplaceFilters), typeof(EscapeFilters), typeof(NumberFilters), typeof(ListFilters), typeof(TimeFilters)];

    // A static constructor and not initialisers, because order matters: the library makes its expressions with the time-out that it finds.
#pragma warning disable CA1810
    static LiquidEngine()
#pragma warning restore CA1810
    {
        // A net, for expressions that only ever meet what our own reader has written: so long that no busy machine is taken for a slow expression.
        DotLiquid.Template.RegexTimeOut = TimeSpan.FromSeconds(2);
        DotLiquid.Template.NamingConvention = new AsWritten();
        DotLiquid.Template.DefaultSyntaxCompatibilityLevel = SyntaxCompatibility.DotLiquid22a;
        Liquid.UseRubyDateFormat = true;
        BoundedTags.Register();
        Operators.Replace();
        DotLiquid.Template.RegisterValueTypeTransformer(typeof(ListValue), list => list.ToString());
        DotLiquid.Template.RegisterValueTypeTransformer(typeof(MapValue), map => map.ToString());
        DotLiquid.Template.RegisterValueTypeTransformer(typeof(DateTimeOffset), at => Values.TimeText((DateTimeOffset)at));
        foreach (var type in FilterTypes) DotLiquid.Template.RegisterFilter(type);
        Filters = FilterShape.Of(FilterTypes);
    }

    /// <param name="canonical">Written by <see cref="Syntax.TemplateSyntax"/>, so it parses; should it not, that is a mistake for the author, too.</param>
    public static DotLiquid.Template Parse(string canonical)
    {
        try
        {
            var parsed = DotLiquid.Template.Parse(canonical);
            parsed.MakeThreadSafe();
            return parsed;
        }
        catch (Exception wrong) when (wrong is DotLiquid.Exceptions.LiquidException or System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            throw new TemplateMistakeException("The text does not parse.");
        }
    }

    /// <summary>Filters are snake_case, names of properties are as written.</summary>
    private sealed class AsWritten : INamingConvention
    {
        public StringComparer StringComparer => StringComparer.Ordinal;

        public string GetMemberName(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

        public bool OperatorEquals(string testedOperator, string referenceOperator) => testedOperator == referenceOperator;
    }
}
