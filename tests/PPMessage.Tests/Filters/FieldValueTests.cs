using PPMessage.Filters;
using Xunit;
using static PPMessage.Tests.Filters.Filtering;

namespace PPMessage.Tests.Filters;

public sealed class FieldValueTests
{
    [Theory]
    [InlineData("null", "None", "(none)")]
    [InlineData("\"\"", "None", "(none)")]
    [InlineData("[]", "None", "(none)")]
    [InlineData("[null]", "None", "(none)")]
    [InlineData("\"\\ud800\"", "None", "(none)")]
    [InlineData("\" 你好 \"", "Text", " 你好 ")]
    [InlineData("1.50", "Number", "1.5")]
    [InlineData("1e3", "Number", "1000")]
    [InlineData("0.0000001", "Number", "0.0000001")]
    [InlineData("1e400", "Number", "79228162514264337593543950335")]
    [InlineData("-1e400", "Number", "-79228162514264337593543950335")]
    [InlineData("true", "Boolean", "true")]
    [InlineData("false", "Boolean", "false")]
    [InlineData("[\"a\",1,true,null,\"\\ud800\"]", "List", "a, 1, true")]
    [InlineData("{\"a\":[1]}", "Text", "{\"a\":[1]}")]
    public void It_is_made_of_any_json(string json, string kind, string text)
    {
        var value = Parsed(json);
        Assert.Equal((kind, text), (value.Kind.ToString(), value.ToString()));
    }

    [Fact]
    public void Nothing_undefined_and_blank_are_no_value()
    {
        Assert.Equal(FieldValue.None, default);
        Assert.Equal(FieldValue.None, FieldValue.Of(default(System.Text.Json.JsonElement)));
        Assert.Equal(FieldValue.None, FieldValue.Of((string?)null));
        Assert.Equal(FieldValue.None, FieldValue.Of((DateTimeOffset?)null));
        Assert.Equal(FieldValue.None, FieldValue.Of("\u3000"));
    }

    [Fact]
    public void Times_are_written_in_utc_and_days_as_dates()
    {
        Assert.Equal("2026-11-22T04:00:00.5Z", FieldValue.Of(Noon.Now.AddMilliseconds(500)).ToString());
        Assert.Equal("2026-11-22", FieldValue.Of(new DateOnly(2026, 11, 22)).ToString());
    }
}
