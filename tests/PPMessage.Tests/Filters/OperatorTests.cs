using PPMessage.Filters;
using Xunit;
using static PPMessage.Tests.Filters.Filtering;

namespace PPMessage.Tests.Filters;

public sealed class OperatorTests
{
    [Theory]
    [InlineData("text", "\"王芳\"", "\"王芳\"")]
    [InlineData("text", "\" abc123 \"", "\"ＡＢＣ１２３\"")]
    [InlineData("text", "\"ＡＢＣ　１２３\"", "\"Abc 123\"")]
    [InlineData("choice", "\"pro\"", "\"Pro\"")]
    [InlineData("choice", "\"企业版\"", "\"企业版\"")]
    [InlineData("number", "1.50", "1.5")]
    [InlineData("number", "\" １２ \"", "12")]
    [InlineData("number", "-0", "0")]
    [InlineData("boolean", "true", "true")]
    [InlineData("boolean", "\"False\"", "false")]
    [InlineData("day", "\"2026-11-22\"", "\"2026-11-22\"")]
    [InlineData("any", "\"42\"", "42")]
    [InlineData("any", "42", "\"42\"")]
    [InlineData("any", "true", "\"TRUE\"")]
    [InlineData("any", "\"true\"", "true")]
    [InlineData("any", "\"是\"", "\"是\"")]
    public void Equal_values_are_equal_and_in_and_not_unequal(string field, string actual, string wanted)
    {
        Assert.True(Holds(field, Parsed(actual), "eq", wanted));
        Assert.False(Holds(field, Parsed(actual), "ne", wanted));
        if (field == "boolean") return;
        Assert.True(Holds(field, Parsed(actual), "in", $"[{wanted}]"));
        Assert.False(Holds(field, Parsed(actual), "not_in", $"[{wanted}]"));
    }

    [Theory]
    [InlineData("text", "\"王芳芳\"", "\"王芳\"")]
    [InlineData("choice", "\"free\"", "\"Pro\"")]
    [InlineData("choice", "\"no longer a choice\"", "\"Pro\"")]
    [InlineData("number", "1.51", "1.5")]
    [InlineData("number", "\"many\"", "12")]
    [InlineData("number", "[1]", "1")]
    [InlineData("boolean", "false", "true")]
    [InlineData("boolean", "1", "true")]
    [InlineData("day", "\"2026-11-23\"", "\"2026-11-22\"")]
    [InlineData("day", "\"22 Nov\"", "\"2026-11-22\"")]
    [InlineData("any", "[\"a\"]", "\"a\"")]
    [InlineData("any", "43", "\"42\"")]
    public void Other_values_are_unequal_also_when_they_do_not_compare(string field, string actual, string wanted)
    {
        Assert.False(Holds(field, Parsed(actual), "eq", wanted));
        Assert.True(Holds(field, Parsed(actual), "ne", wanted));
        if (field == "boolean") return;
        Assert.False(Holds(field, Parsed(actual), "in", $"[{wanted}]"));
        Assert.True(Holds(field, Parsed(actual), "not_in", $"[{wanted}]"));
    }

    [Fact]
    public void One_of_a_list_is_enough()
    {
        Assert.True(Holds("text", FieldValue.Of("上海"), "in", """["北京","上海"]"""));
        Assert.True(Holds("number", FieldValue.Of(3), "in", "[1,2,3]"));
        Assert.True(Holds("any", FieldValue.Of(3), "in", """["a",true,3]"""));
        Assert.False(Holds("any", FieldValue.Of(3), "not_in", """["a",true,3]"""));
        Assert.False(Holds("day", FieldValue.Of(new DateOnly(2026, 1, 3)), "in", """["2026-01-01","2026-01-02"]"""));
    }

    [Theory]
    [InlineData("contains", "\"ａｂｃ\"", true)]
    [InlineData("contains", "\"订单\"", true)]
    [InlineData("contains", "\"退货\"", false)]
    [InlineData("not_contains", "\"订单\"", false)]
    [InlineData("not_contains", "\"退货\"", true)]
    [InlineData("starts_with", "\"我的\"", true)]
    [InlineData("starts_with", "\"订单\"", false)]
    [InlineData("ends_with", "\"abc１\"", true)]
    [InlineData("ends_with", "\"abc\"", false)]
    public void Parts_of_texts_are_found(string op, string wanted, bool holds)
    {
        foreach (var field in new[] { "text", "any" })
            Assert.Equal(holds, Holds(field, FieldValue.Of("　我的订单 ＡＢＣ1 "), op, wanted));
    }

    [Theory]
    [InlineData("contains", "\"ＶＩＰ\"", true)]
    [InlineData("contains", "\"vi\"", false)]
    [InlineData("not_contains", "\"VIP\"", false)]
    [InlineData("not_contains", "\"新\"", true)]
    [InlineData("contains_any", "[\"新\",\"VIP\"]", true)]
    [InlineData("contains_any", "[\"新\",\"旧\"]", false)]
    [InlineData("contains_all", "[\"VIP\",\"老客户\"]", true)]
    [InlineData("contains_all", "[\"VIP\",\"新\"]", false)]
    public void Entries_of_lists_are_found(string op, string wanted, bool holds)
    {
        foreach (var field in new[] { "list", "any" })
            Assert.Equal(holds, Holds(field, FieldValue.Of(["vip", " 老客户 "]), op, wanted));
    }

    [Theory]
    [InlineData("contains")]
    [InlineData("starts_with")]
    [InlineData("ends_with")]
    public void What_is_neither_text_nor_list_has_no_parts(string op) => Assert.False(Holds("any", FieldValue.Of(11), op, "\"1\""));

    [Theory]
    [InlineData("number", "9.9", "10", "10.1")]
    [InlineData("number", "\"9\"", "10", "\"11\"")]
    [InlineData("any", "-1e99", "10", "1e99")]
    [InlineData("any", "\"９\"", "10", "\"１１\"")]
    [InlineData("day", "\"2026-11-21\"", "\"2026-11-22\"", "\"2026-11-23\"")]
    [InlineData("any", "\"2026-11-21\"", "\"2026-11-22\"", "\"2026-11-23\"")]
    [InlineData("time", "\"2026-11-22T09:59:59.999Z\"", "\"2026-11-22T18:00:00+08:00\"", "\"2026-11-22T10:00:01Z\"")]
    [InlineData("any", "\"2026-11-22T09:59:59.999Z\"", "\"2026-11-22T18:00:00+08:00\"", "\"2026-11-22T10:00:01Z\"")]
    public void Numbers_times_and_days_have_an_order(string field, string less, string wanted, string more)
    {
        string[] values = [less, wanted, more];
        Assert.Equal([true, false, false], values.Select(value => Holds(field, Parsed(value), "lt", wanted)));
        Assert.Equal([true, true, false], values.Select(value => Holds(field, Parsed(value), "lte", wanted)));
        Assert.Equal([false, false, true], values.Select(value => Holds(field, Parsed(value), "gt", wanted)));
        Assert.Equal([false, true, true], values.Select(value => Holds(field, Parsed(value), "gte", wanted)));
        Assert.Equal([false, true, false], values.Select(value => Holds(field, Parsed(value), "between", $"[{wanted},{wanted}]")));
        if (field != "any") Assert.Equal([true, true, false], values.Select(value => Holds(field, Parsed(value), "between", $"[{JsonOf(field, less)},{wanted}]")));
    }

    [Theory]
    [InlineData("lt")]
    [InlineData("lte")]
    [InlineData("gt")]
    [InlineData("gte")]
    public void What_does_not_compare_has_no_order(string op)
    {
        Assert.False(Holds("number", FieldValue.Of("many"), op, "1"));
        Assert.False(Holds("any", FieldValue.Of(true), op, "1"));
        Assert.False(Holds("any", FieldValue.Of(1), op, "\"2026-11-22\""));
        Assert.False(Holds("any", FieldValue.Of(["1"]), op, "1"));
    }

    [Theory]
    [InlineData("2026-11-21T15:59:59Z", "Asia/Shanghai", false)]
    [InlineData("2026-11-21T16:00:00Z", "Asia/Shanghai", true)]
    [InlineData("2026-11-22T15:59:59Z", "Asia/Shanghai", true)]
    [InlineData("2026-11-22T16:00:00Z", "Asia/Shanghai", false)]
    [InlineData("2026-11-21T16:00:00Z", "UTC", false)]
    [InlineData("2026-11-22T16:00:00Z", "UTC", true)]
    public void A_time_lies_in_the_day_that_it_is_in_the_zone(string time, string zone, bool within)
    {
        var moment = Noon with { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
        Assert.Equal(within, Holds("time", Parsed($"\"{time}\""), "between", """["2026-11-22","2026-11-22"]""", moment));
        Assert.Equal(within, Holds("any", FieldValue.Of(Reading.Time(time)), "eq", "\"2026-11-22\"", moment));
        Assert.Equal(within, Holds("any", FieldValue.Of(new DateOnly(2026, 11, 22)), "eq", $"\"{time}\"", moment));
    }

    [Theory]
    [InlineData("time", "\"2026-11-15T12:00:00+08:00\"", "P7D", true)]
    [InlineData("time", "\"2026-11-15T11:59:59+08:00\"", "P7D", false)]
    [InlineData("time", "\"2026-11-22T04:00:00Z\"", "P7D", true)]
    [InlineData("time", "\"2026-11-22T04:00:01Z\"", "P7D", false)]
    [InlineData("time", "\"2026-11-22T02:30:00Z\"", "PT1H30M", true)]
    [InlineData("any", "\"2026-11-22T02:29:59Z\"", "PT1H30M", false)]
    [InlineData("day", "\"2026-11-15\"", "P1W", true)]
    [InlineData("day", "\"2026-11-14\"", "P1W", false)]
    [InlineData("day", "\"2026-11-22\"", "P0D", true)]
    [InlineData("day", "\"2026-11-21\"", "P0D", false)]
    [InlineData("day", "\"2026-11-23\"", "P7D", false)]
    [InlineData("any", "\"2026-10-22\"", "P1M", true)]
    [InlineData("any", "\"2026-10-21\"", "P1M", false)]
    [InlineData("any", "\"some day\"", "P1M", false)]
    [InlineData("any", "12", "P1M", false)]
    public void Within_is_from_then_until_now(string field, string actual, string period, bool within)
    {
        Assert.Equal(within, Holds(field, Parsed(actual), "within", $"\"{period}\""));
        Assert.Equal(!within, Holds(field, Parsed(actual), "not_within", $"\"{period}\""));
    }

    [Theory]
    [InlineData("time", "\"2026-11-22T04:00:00Z\"", "PT2H", true)]
    [InlineData("time", "\"2026-11-22T06:00:00Z\"", "PT2H", true)]
    [InlineData("time", "\"2026-11-22T06:00:01Z\"", "PT2H", false)]
    [InlineData("time", "\"2026-11-22T03:59:59Z\"", "PT2H", false)]
    [InlineData("day", "\"2026-11-22\"", "P1D", true)]
    [InlineData("day", "\"2026-11-23\"", "P1D", true)]
    [InlineData("day", "\"2026-11-24\"", "P1D", false)]
    [InlineData("day", "\"2026-11-21\"", "P1D", false)]
    public void Within_next_is_from_now_on(string field, string actual, string period, bool within) =>
        Assert.Equal(within, Holds(field, Parsed(actual), "within_next", $"\"{period}\""));

    [Fact]
    public void Today_is_another_day_elsewhere()
    {
        var evening = Noon with { Now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero) };
        Assert.True(Holds("day", FieldValue.Of(new DateOnly(2026, 11, 23)), "within", "\"P0D\"", evening));
        Assert.False(Holds("day", FieldValue.Of(new DateOnly(2026, 11, 23)), "within", "\"P0D\"", evening with { Zone = TimeZoneInfo.Utc }));
    }

    [Fact]
    public void An_absent_value_matches_only_what_negates()
    {
        string[] matching = ["ne", "not_in", "not_contains", "not_within", "missing"];
        foreach (var op in Operator.All)
            foreach (var type in op.Types.Append(FieldType.Any))
                foreach (var absent in new[] { FieldValue.None, FieldValue.Of(" 　"), FieldValue.Of([]), Parsed("null") })
                    Assert.Equal(matching.Contains(op.Name), Holds(NameOf(type), absent, op.Name, Example(op, type)));
    }

    [Fact]
    public void Whatever_there_is_exists()
    {
        foreach (var value in new[] { "\"x\"", "0", "false", "[\"\"]", "{}" })
        {
            Assert.True(Holds("any", Parsed(value), "exists", null));
            Assert.False(Holds("any", Parsed(value), "missing", null));
        }
    }

    private static string NameOf(FieldType type) => type.ToString().ToLowerInvariant();

    private static string? Example(Operator op, FieldType type) => op.Operand switch
    {
        Operand.None => null,
        Operand.One => Example(op.Reads, type),
        Operand.List => $"[{Example(op.Reads, type)}]",
        Operand.Range => $"[{Example(op.Reads, type)},{Example(op.Reads, type)}]",
        _ => "\"P1D\"",
    };

    private static string Example(Reads reads, FieldType type) => type switch
    {
        FieldType.Number => "0",
        FieldType.Boolean => "false",
        FieldType.Time => "\"2026-11-22T10:00:00Z\"",
        FieldType.Day => "\"2026-11-22\"",
        FieldType.Choice => "\"free\"",
        FieldType.Any when reads == Reads.Ordered => "0",
        _ => "\"(none)\"",
    };

    // A number that came as a text must be asked for as a number.
    private static string JsonOf(string field, string value) => field == "number" ? value.Trim('"') : value;
}
