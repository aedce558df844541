using System.Text;
using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Contacts.Bulk;
using Xunit;

namespace PPMessage.Tests.Contacts.Bulk;

public sealed class OddRowsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string> Odd => new()
    {
        { "tags", """["\ud800"]""", "$" },
        { "attributes.a_list", """["茶","\ud800"]""", "$" },
        { "attributes", """{"\ud800":1}""", "$" },
        { "attributes", $$"""{"a":{{new string('[', 63)}}{{new string(']', 63)}}}""", "$" },
        { "attributes", """{"a":"\ud800"}""", "$" },
        { "externalId", "1.23457E+15", "externalId" },
        { "phones", "1.38123E+10", "phones" },
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public void An_odd_cell_refuses_its_row_and_nothing_more(string column, string cell, string field)
    {
        var list = new AttributeDefinition("a_list", "list", AttributeType.List, [], string.Empty, Now, Now);
        var defined = new KnownAttributes(new Dictionary<string, AttributeDefinition> { ["a_list"] = list });
        var row = ImportRow.Read(Job("name", column), 1, JsonSerializer.SerializeToUtf8Bytes(new[] { "王芳", cell }), defined)!;
        Assert.Equal((2, field), (row.Mistake!.Row, row.Mistake.Field));
        Assert.Contains(field == "$" ? "half a character" : "rounded", row.Mistake.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"\ud800","externalId":"\ud800"}""")]
    [InlineData("""{"externalId":"e1","attributes":{"x":"\ud800"}}""")]
    [InlineData("""{"externalId":"e1","attributes":{"x":["\ud800"]}}""")]
    public void Half_a_character_refuses_a_line(string line) =>
        Assert.NotNull(ImportRow.Read(Job() with { Columns = null }, 1, Encoding.UTF8.GetBytes(line), KnownAttributes.None)!.Mistake);

    [Fact]
    public void A_number_that_nobody_can_hold_refuses_a_line()
    {
        var mistake = ImportRow.Read(Job() with { Columns = null }, 1, """{"externalId":"e1","attributes":{"x":1e400}}"""u8.ToArray(), KnownAttributes.None)!.Mistake!;
        Assert.Equal("attributes.x", mistake.Field);
        Assert.StartsWith("is a number that is too great", mistake.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-7", null)]
    [InlineData("unicode-1-1-utf-7", null)]
    [InlineData("klingon", null)]
    [InlineData("windows-936", "gb18030")]
    [InlineData("gb_2312-80", "gb18030")]
    [InlineData("ansi", "gb18030")]
    [InlineData("utf8", "utf-8")]
    [InlineData("cp950", "big5")]
    [InlineData("cp1251", "windows-1251")]
    [InlineData("latin1", "Windows-1252")]
    public void A_table_is_read_in_what_its_charset_is_called(string charset, string? encoding) =>
        Assert.Equal(encoding, ImportFormat.Of($"text/csv; charset={charset}")?.Encoding!.WebName, ignoreCase: true);

    [Theory]
    [InlineData("-2+3+cmd|' /C calc'!A0", true)]
    [InlineData("+1-1;=x", true)]
    [InlineData("+8613800138000;TMALL", true)]
    [InlineData("＋5", true)]
    [InlineData("-x", true)]
    [InlineData("-5", false)]
    [InlineData("+5.25", false)]
    [InlineData("-1.5e3", false)]
    [InlineData("+8613800138000", false)]
    [InlineData("+8613800138000;+8613900139000", false)]
    [InlineData("-5\n", true)]
    public void A_sign_is_left_alone_only_before_a_number_or_phones(string text, bool guarded)
    {
        Assert.Equal(guarded ? "'" + text : text, CsvCells.Guarded(text));
        foreach (var any in new[] { text, "'" + text, "''" + text }) Assert.Equal(any, CsvCells.Plain(CsvCells.Guarded(any)));
    }

    private static ImportJob Job(params string[] columns) =>
        new() { Id = "imp_" + Ids.NewUlid(Now), CreatedAt = Now, By = "admin", Blob = "b", BodyHash = "h", Columns = columns };
}
