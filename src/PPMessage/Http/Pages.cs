using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PPMessage.Http;

/// <summary>One page of a list. <paramref name="Next"/>: the cursor of the next page, null at the end.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary><c>?limit=</c> (1–200, default 50) and <c>?cursor=</c>.</summary>
internal readonly record struct PageRequest(int Limit, string? Cursor)
{
    public const int DefaultLimit = 50;
    public const int HighestLimit = 200;

    /// <summary>Null with a problem when the query is out of range.</summary>
    public static PageRequest? From(HttpContext context, out IResult? problem)
    {
        var text = context.Request.Query["limit"].ToString();
        var limit = DefaultLimit;
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > HighestLimit))
        {
            problem = Problems.Invalid("limit", $"must be a number from 1 to {HighestLimit}");
            return null;
        }

        problem = null;
        var cursor = context.Request.Query["cursor"].ToString();
        return new PageRequest(limit, cursor.Length == 0 ? null : cursor);
    }

    /// <summary>As <see cref="From"/>, for lists whose cursor is an id of the given prefix without a partition.</summary>
    public static bool TryFrom(HttpContext context, string idPrefix, out PageRequest page, [NotNullWhen(false)] out IResult? problem)
    {
        page = From(context, out problem) ?? default;
        if (problem is null && page.Cursor is { } cursor && Ids.UlidOf(cursor, idPrefix, 0) is null)
            problem = Problems.Invalid("cursor", "is none that this list gave");
        return problem is null;
    }
}
