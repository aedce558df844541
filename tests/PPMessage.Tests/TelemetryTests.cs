using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace PPMessage.Tests;

public sealed class TelemetryTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public void Every_instrument_and_span_has_a_row_in_the_readme(string file)
    {
        var rows = File.ReadAllLines(Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", file)));
        var fields = typeof(Telemetry).GetFields(BindingFlags.Static | BindingFlags.Public);
        var instruments = fields.Select(field => field.GetValue(null)).OfType<Instrument>().Select(instrument => $"| `{instrument.Name}` | `{instrument.Unit}` |").ToList();
        var spans = fields.Where(field => field.Name.EndsWith("Span", StringComparison.Ordinal)).Select(field => $"| `{field.GetRawConstantValue()}` | ").ToList();
        Assert.NotEmpty(instruments);
        Assert.NotEmpty(spans);
        Assert.DoesNotContain(instruments.Concat(spans), wanted => !rows.Any(row => row.StartsWith(wanted, StringComparison.Ordinal)));
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
