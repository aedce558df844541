using DotLiquid;
using PPMessage.Templates.Engine;

namespace PPMessage.Templates.Filters;

/// <summary>Liquid's filters on texts; see shopify.github.io/liquid. Their names in templates are in snake_case.</summary>
internal static class TextFilters
{
    private static readonly char[] White = [' ', '\t', '\r', '\n', '\v', '\f', '\0'];

    public static object? Default(object? input, object? instead) => input is null or false or "" or ListValue { Count: 0 } ? instead : input;

    public static object? Default(object? input) => Default(input, string.Empty);

    public static string Append(Context context, object? input, object? more) => string.Concat(context.Text(input), context.Text(more));

    public static string Prepend(Context context, object? input, object? more) => Append(context, more, input);

    public static string Upcase(Context context, object? input) => context.Text(input).ToUpperInvariant();

    public static string Downcase(Context context, object? input) => context.Text(input).ToLowerInvariant();

    public static string Capitalize(Context context, object? input)
    {
        var text = context.Text(input);
        var first = Runes.Slice(text, 0, 1);
        return first.ToUpperInvariant() + text[first.Length..].ToLowerInvariant();
    }

    public static string Strip(Context context, object? input) => context.Text(input).Trim(White);

    public static string Lstrip(Context context, object? input) => context.Text(input).TrimStart(White);

    public static string Rstrip(Context context, object? input) => context.Text(input).TrimEnd(White);

    public static string Truncate(Context context, object? input, object? length = null, object? ellipsis = null)
    {
        var (text, dots, most) = (context.Text(input), ellipsis is null ? "..." : context.Text(ellipsis), length is null ? 50 : FilterInput.Whole(length));
        return Runes.Count(text) <= most ? text : Runes.Slice(text, 0, Math.Max(0, most - Runes.Count(dots))) + dots;
    }

    public static string Truncatewords(Context context, object? input, object? words = null, object? ellipsis = null)
    {
        var (text, dots, most) = (context.Text(input), ellipsis is null ? "..." : context.Text(ellipsis), words is null ? 15 : Math.Max(1, FilterInput.Whole(words)));
        var all = text.Split(White, StringSplitOptions.RemoveEmptyEntries);
        return all.Length <= most ? text : string.Join(' ', all.Take(most)) + dots;
    }

    public static object Split(Context context, object? input, object? separator)
    {
        var (text, between) = (context.Text(input), context.Text(separator));
        if (between.Length == 0) return context.Listed(Runes.Each(text));
        var parts = between == " " ? text.Split(White, StringSplitOptions.RemoveEmptyEntries) : text.Split(between);
        return context.Listed(parts.Reverse().SkipWhile(part => part.Length == 0).Reverse());
    }

    public static string Json(Context context, object? input)
    {
        var text = Engine.Json.Of(input, Budget.Of(context));
        Budget.Of(context).Spend(text.Length);
        return text;
    }
}
