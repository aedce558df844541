using Xunit;
using static PPMessage.Tests.Filters.Filtering;

namespace PPMessage.Tests.Filters;

public sealed class ValueReaderTests
{
    private const string Blank = "must not be empty: use exists or missing to ask whether there is a value";
    private const string Duration = "must be an ISO 8601 duration such as P7D or PT12H, of at most 100 years";
    private const string TimeOrDay = "must be a time such as 2026-11-22T10:00:00+08:00 or a day such as 2026-11-22";

    [Theory]
    [InlineData("text", "eq", null, "is required")]
    [InlineData("text", "exists", "true", "is not used with exists")]
    [InlineData("text", "missing", "null", "is not used with missing")]
    [InlineData("text", "eq", "null", "must not be null: use exists or missing to ask whether there is a value")]
    [InlineData("text", "eq", "7", "must be a text")]
    [InlineData("text", "eq", "[\"a\"]", "must be a text")]
    [InlineData("text", "eq", "\"\\ud800\"", "must be a text")]
    [InlineData("text", "contains", "\"　\"", Blank)]
    [InlineData("list", "contains", "true", "must be a text")]
    [InlineData("choice", "eq", "\"gold\"", "must be one of: free, Pro, 企业版")]
    [InlineData("choice", "eq", "1", "must be a text")]
    [InlineData("unchosen", "eq", "\"gold\"", "has no choices to ask for yet")]
    [InlineData("number", "eq", "\"7\"", "must be a number")]
    [InlineData("number", "lt", "1e400", "is too large a number")]
    [InlineData("boolean", "eq", "\"true\"", "must be true or false")]
    [InlineData("boolean", "ne", "0", "must be true or false")]
    [InlineData("day", "eq", "\"2026-02-30\"", "must be a day such as 2026-11-22")]
    [InlineData("day", "gt", "\"2026-11-22T10:00:00Z\"", "must be a day such as 2026-11-22")]
    [InlineData("time", "gt", "\"2026-11-22T10:00:00\"", TimeOrDay)]
    [InlineData("time", "gt", "\"2026-11-22T10:00Z\"", TimeOrDay)]
    [InlineData("time", "gt", "\"2026-11-22T10:00:00+0800\"", TimeOrDay)]
    [InlineData("time", "lte", "1795000000", TimeOrDay)]
    [InlineData("any", "eq", "[1]", "must be a text, a number, true or false")]
    [InlineData("any", "eq", "{}", "must be a text, a number, true or false")]
    [InlineData("any", "lt", "\"12\"", "must be a number, a time such as 2026-11-22T10:00:00+08:00 or a day such as 2026-11-22")]
    [InlineData("any", "starts_with", "12", "must be a text")]
    [InlineData("text", "in", "\"a\"", "must be a list")]
    [InlineData("text", "in", "[]", "must not be empty")]
    [InlineData("number", "between", "1", "must be a list of two: from and to")]
    [InlineData("number", "between", "[1,2,3]", "must be a list of two: from and to")]
    [InlineData("number", "between", "[2,1]", "must not end before it begins")]
    [InlineData("day", "between", "[\"2026-11-22\",\"2026-11-21\"]", "must not end before it begins")]
    [InlineData("time", "between", "[\"2026-11-22T10:00:00Z\",\"2026-11-22T10:00:00+08:00\"]", "must not end before it begins")]
    [InlineData("any", "between", "[1,\"2026-11-21\"]", "must be two of the same kind")]
    [InlineData("time", "within", "7", Duration)]
    [InlineData("time", "within", "\"7 days\"", Duration)]
    [InlineData("any", "within_next", "\"P101Y\"", Duration)]
    [InlineData("time", "not_within", "\"PT0S\"", "must be longer than nothing")]
    [InlineData("day", "within", "\"PT24H\"", "must be in whole days, such as P7D")]
    public void A_wrong_value_is_told(string field, string op, string? value, string message)
    {
        var (filter, mistakes) = TryCompile(Condition(field, op, value));
        Assert.Null(filter);
        Assert.Equal([("value", message)], mistakes);
    }

    [Fact]
    public void Each_wrong_entry_is_told_with_its_place() =>
        Assert.Equal(
            [("f.value[1]", "must be one of: free, Pro, 企业版"), ("f.value[2]", "must be a text"), ("f.value[3]", Blank)],
            TryCompile(Condition("choice", "not_in", """["ＰＲＯ","gold",1,""]"""), "f").Mistakes);

    [Fact]
    public void A_thousand_characters_are_enough()
    {
        Compile(Condition("text", "eq", $"\"{new string('王', 1000)}\""));
        Assert.Equal([("value", "may have at most 1000 characters")], TryCompile(Condition("text", "eq", $"\"{new string('王', 1001)}\"")).Mistakes);
    }

    [Fact]
    public void Two_hundred_entries_are_enough()
    {
        Compile(Condition("number", "in", $"[{string.Join(',', Enumerable.Range(0, 200))}]"));
        Assert.Equal([("value", "may have at most 200 entries")], TryCompile(Condition("number", "in", $"[{string.Join(',', Enumerable.Range(0, 201))}]")).Mistakes);
    }
}
