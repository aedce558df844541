using System.Text.Json;
using CsCheck;
using PPMessage.Filters;
using Xunit;
using static PPMessage.Tests.Filters.Filtering;

namespace PPMessage.Tests.Filters;

public sealed class FilterTests
{
    private const string Customers = """
        {"all":[
          {"field":"choice","op":"eq","value":"Pro"},
          {"any":[{"field":"number","op":"gte","value":100},{"field":"time","op":"within","value":"P30D"}]},
          {"not":{"field":"list","op":"contains","value":"VIP"}}]}
        """;

    private static readonly Gen<FieldValue> Values = Gen.OneOf(
        Gen.Const(FieldValue.None),
        Gen.OneOf("a", "Ａ", "ab", "12", "true", "2026-11-22", "2026-11-22T04:00:00Z", "企业版").Select(FieldValue.Of),
        Gen.Int[0, 13].Select(number => FieldValue.Of(number)),
        Gen.Bool.Select(FieldValue.Of),
        Gen.Int[-72, 72].Select(hours => FieldValue.Of(Noon.Now.AddHours(hours))),
        Gen.Int[-3, 3].Select(days => FieldValue.Of(new DateOnly(2026, 11, 22).AddDays(days))),
        Gen.OneOf("a", "b", "12").Array[0, 3].Select(list => FieldValue.Of(list)));

    private static readonly string[] Names = ["any", "text", "number", "boolean", "time", "day", "choice", "list"];

    private static readonly string?[] Constants =
        ["\"a\"", "\"Pro\"", "12", "true", "\"2026-11-22\"", "\"2026-11-22T04:00:00Z\"", "[\"a\",\"b\"]", "[1,12]", "[\"2026-11-21\",\"2026-11-22\"]", "\"P1D\"", null];

    private static readonly Gen<string> Leaves = Gen.OneOf([.. Operator.All.SelectMany(op => ConditionsWith(op.Name))]);

    private static readonly Gen<string> Filters = Nested(3);

    private static readonly Gen<Dictionary<string, FieldValue>> Contacts =
        Values.Array[8].Select(values => values.Zip(Names).ToDictionary(pair => pair.Second, pair => pair.First));

    [Theory]
    [InlineData("Pro", 100, 31, "new", true)]
    [InlineData("pro", 99, 30, "new", true)]
    [InlineData("Pro", 99, 31, "new", false)]
    [InlineData("free", 100, 1, "new", false)]
    [InlineData("Pro", 100, 1, "vip", false)]
    public void Groups_are_all_any_and_not(string plan, int orders, int daysAgo, string tag, bool matches)
    {
        var values = new Dictionary<string, FieldValue>
        {
            ["choice"] = FieldValue.Of(plan), ["number"] = FieldValue.Of(orders), ["time"] = FieldValue.Of(Noon.Now.AddDays(-daysAgo)), ["list"] = FieldValue.Of([tag]),
        };
        Assert.Equal(matches, Compile(Customers).Matches(name => values[name], Noon));
    }

    [Fact]
    public void It_names_the_fields_that_it_looks_at() => Assert.Equal(["choice", "list", "number", "time"], Compile(Customers).Fields.Order(StringComparer.Ordinal));

    [Fact]
    public void It_looks_at_no_more_than_it_needs()
    {
        var looked = new List<string>();
        Compile(Customers).Matches(
            name =>
            {
                looked.Add(name);
                return FieldValue.None;
            },
            Noon);
        Assert.Equal(["choice"], looked);
    }

    [Fact]
    public void Values_are_looked_up_by_the_name_of_the_field_that_was_found()
    {
        using var json = JsonDocument.Parse("""{"field":"Plan","op":"exists"}""");
        var filter = Filter.Compile(json.RootElement, _ => new("contact.attributes.plan", FieldType.Text), string.Empty, (_, _) => { })!;

        Assert.Equal(["contact.attributes.plan"], filter.Fields);
        Assert.True(filter.Matches(name => FieldValue.Of(name == "contact.attributes.plan" ? "x" : null), Noon));
    }

    [Fact]
    public void It_tells_what_each_condition_found_whatever_the_groups_make_of_it()
    {
        var values = new Dictionary<string, FieldValue> { ["choice"] = FieldValue.Of("free"), ["time"] = FieldValue.Of(Noon.Now), ["list"] = FieldValue.Of(["ｖｉｐ", "新"]) };

        Assert.Equal(
            [
                new("all[0]", "choice", "eq", "Pro", "free", false),
                new("all[1].any[0]", "number", "gte", "100", "(none)", false),
                new("all[1].any[1]", "time", "within", "P30D", "2026-11-22T04:00:00Z", true),
                new("all[2].not", "list", "contains", "VIP", "ｖｉｐ, 新", true),
            ],
            Compile(Customers).Explain(values.GetValueOrDefault, Noon));
    }

    [Fact]
    public void A_filter_may_be_one_condition_and_want_nothing_or_much()
    {
        Assert.Equal([new(string.Empty, "text", "missing", null, "(none)", true)], Compile(Condition("text", "missing", null)).Explain(_ => default, Noon));
        Assert.Equal("1, 2", Compile(Condition("number", "in", "[1,2]")).Explain(_ => default, Noon)[0].Wanted);
    }

    [Fact]
    public void Not_any_is_all_not_and_not_all_is_any_not() => Gen.Select(Filters.Array[1, 4], Contacts).Sample((parts, contact) =>
    {
        string[] negated = [.. parts.Select(Negation)];
        bool Matches(string json) => Compile(json).Matches(name => contact[name], Noon);
        return Matches(Negation(Group("any", parts))) == Matches(Group("all", negated)) && Matches(Negation(Group("all", parts))) == Matches(Group("any", negated));
    });

    [Fact]
    public void One_condition_matches_as_it_explains() => Gen.Select(Leaves, Contacts).Sample((leaf, contact) =>
    {
        var filter = Compile(leaf);
        return filter.Matches(name => contact[name], Noon) == filter.Explain(name => contact[name], Noon).Single().Holds;
    });

    [Theory]
    [InlineData("eq", "ne")]
    [InlineData("in", "not_in")]
    [InlineData("contains", "not_contains")]
    [InlineData("within", "not_within")]
    [InlineData("exists", "missing")]
    public void Opposites_are_opposites_for_any_value(string op, string opposite) =>
        Gen.Select(Gen.OneOf([.. ConditionsWith(op).Zip(ConditionsWith(opposite))]), Values)
            .Sample((pair, value) => Compile(pair.First).Matches(_ => value, Noon) != Compile(pair.Second).Matches(_ => value, Noon));

    [Fact]
    public void Matching_plain_values_allocates_nothing()
    {
        var filter = Compile("""{"all":[{"field":"text","op":"contains","value":"芳"},{"field":"list","op":"contains_all","value":["b","a"]},{"field":"time","op":"within","value":"P7D"},{"field":"day","op":"lt","value":"2026-12-01"},{"field":"number","op":"in","value":[1,2]}]}""");
        Lookup values = Plain(FieldValue.Of("王芳"), FieldValue.Of(["a", "b"]), FieldValue.Of(Noon.Now));
        Assert.True(filter.Matches(values, Noon));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) filter.Matches(values, Noon);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static IEnumerable<string> ConditionsWith(string op) =>
        Names.SelectMany(name => Constants.Select(constant => Condition(name, op, constant))).Where(json => TryCompile(json).Filter is not null);

    private static Lookup Plain(FieldValue text, FieldValue list, FieldValue time) => name => name switch
    {
        "text" => text,
        "list" => list,
        "time" => time,
        "day" => FieldValue.Of(new DateOnly(2026, 11, 22)),
        _ => FieldValue.Of(2),
    };

    private static Gen<string> Nested(int depth) => depth == 0 ? Leaves : Gen.Frequency(
        (2, Leaves),
        (2, Gen.Select(Gen.OneOf("all", "any"), Nested(depth - 1).Array[1, 3], Group)),
        (1, Nested(depth - 1).Select(Negation)));

    private static string Group(string kind, string[] parts) => $$"""{"{{kind}}":[{{string.Join(',', parts)}}]}""";

    private static string Negation(string part) => $$"""{"not":{{part}}}""";
}
