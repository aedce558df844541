using System.Globalization;

namespace PPMessage.Benchmarks;

/// <summary>Prints a Markdown table line by line.</summary>
internal static class Table
{
    public static void Head(string title, params string[] columns)
    {
        Console.WriteLine($"\n**{title}**\n");
        Row(columns);
        Row([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
    }

    public static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    public static string Number(double number, int digits = 0) => number.ToString("N" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static string Percent(double part) => part.ToString("P0", CultureInfo.InvariantCulture);
}
