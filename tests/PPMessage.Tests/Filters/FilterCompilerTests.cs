using Xunit;
using static PPMessage.Tests.Filters.Filtering;

namespace PPMessage.Tests.Filters;

public sealed class FilterCompilerTests
{
    private const string Leaf = """{"field":"any","op":"exists"}""";

    [Theory]
    [InlineData("[]", "", "must be an object with all, any, not or field")]
    [InlineData("null", "", "must be an object with all, any, not or field")]
    [InlineData("{}", "", "needs one of all, any, not and field")]
    [InlineData("""{"op":"eq","value":1}""", "", "needs one of all, any, not and field")]
    [InlineData($$"""{"all":[{{Leaf}}],"any":[{{Leaf}}]}""", "", "may have only one of all, any, not and field, not all and any")]
    [InlineData($$"""{"not":{{Leaf}},"field":"any","op":"exists"}""", "", "may have only one of all, any, not and field, not not and field")]
    [InlineData($$"""{"all":{{Leaf}}}""", "all", "must be a list of filters")]
    [InlineData("""{"all":[]}""", "all", "must not be empty")]
    [InlineData("""{"not":{"any":[]}}""", "not.any", "must not be empty")]
    [InlineData($$"""{"any":[{{Leaf}},7]}""", "any[1]", "must be an object with all, any, not or field")]
    [InlineData("""{"not":[]}""", "not", "must be an object with all, any, not or field")]
    [InlineData($$"""{"all":[{{Leaf}}],"op":"eq"}""", "op", "is not known; it may be all")]
    [InlineData("""{"all":[{"field":"any","op":"exists","values":[]}]}""", "all[0].values", "is not known; it may be field, op, value")]
    [InlineData("""{"field":"any","op":"exists","\ud800":1}""", "", "has a property whose name is no text")]
    [InlineData("""{"not":{"field":"any","field":"text","op":"exists"}}""", "not.field", "is there more than once")]
    [InlineData("""{"field":"\ud800","op":"exists"}""", "field", "must be the name of a field")]
    [InlineData("""{"field":7,"op":"exists"}""", "field", "must be the name of a field")]
    [InlineData("""{"field":"contact.hat","op":"exists"}""", "field", "is not a known field")]
    [InlineData("""{"field":"boolean"}""", "op", "is required: one of eq, ne, exists, missing")]
    [InlineData("""{"field":"boolean","op":"gt","value":true}""", "op", "must be one of: eq, ne, exists, missing")]
    [InlineData("""{"field":"text","op":"EQ","value":"a"}""", "op", "must be one of: eq, ne, in, not_in, contains, not_contains, starts_with, ends_with, exists, missing")]
    [InlineData("""{"field":"choice","op":"contains","value":"a"}""", "op", "must be one of: eq, ne, in, not_in, exists, missing")]
    [InlineData("""{"field":"number","op":7,"value":"a"}""", "op", "must be one of: eq, ne, in, not_in, lt, lte, gt, gte, between, exists, missing")]
    [InlineData("""{"field":"list","op":"eq","value":"a"}""", "op", "must be one of: contains, not_contains, contains_any, contains_all, exists, missing")]
    [InlineData("""{"field":"time","op":"eq","value":"a"}""", "op", "must be one of: lt, lte, gt, gte, between, within, not_within, within_next, exists, missing")]
    [InlineData("""{"field":"day","op":"","value":"a"}""", "op", "must be one of: eq, ne, in, not_in, lt, lte, gt, gte, between, within, not_within, within_next, exists, missing")]
    public void A_mistake_is_told_with_its_place(string json, string at, string message) => AssertMistake(json, at, message);

    [Fact]
    public void Every_mistake_is_told_and_its_place_begins_with_the_filters()
    {
        var (filter, mistakes) = TryCompile("""{"all":[{"field":"number","op":"gt","value":"5"},{"any":[{"not":{"field":"hat","op":"eq"}},{}]}],"name":"x"}""", "steps.menu.cases[0].when");

        Assert.Null(filter);
        Assert.Equal(
            [
                ("steps.menu.cases[0].when.name", "is not known; it may be all"),
                ("steps.menu.cases[0].when.all[0].value", "must be a number"),
                ("steps.menu.cases[0].when.all[1].any[0].not.field", "is not a known field"),
                ("steps.menu.cases[0].when.all[1].any[1]", "needs one of all, any, not and field"),
            ],
            mistakes);
    }

    [Fact]
    public void The_whole_filters_place_is_the_path() => Assert.Equal([("filter", "needs one of all, any, not and field")], TryCompile("{}", "filter").Mistakes);

    [Fact]
    public void Ten_levels_of_groups_are_enough()
    {
        Compile(Nested(10));
        AssertMistake(Nested(11), string.Join('.', Enumerable.Repeat("not", 10)), "is nested more than 10 deep");
    }

    [Fact]
    public void A_hundred_conditions_are_enough()
    {
        Compile(Many(10, 10));
        AssertMistake(Many(1, 101), string.Empty, "may have at most 100 conditions");
        AssertMistake(Many(11, 10), string.Empty, "may have at most 100 conditions");
    }

    [Fact]
    public void A_huge_broken_filter_is_not_told_of_without_end() =>
        Assert.InRange(TryCompile($$"""{"all":[{{string.Join(',', Enumerable.Repeat("{}", 5000))}}]}""").Mistakes.Count, 2, 110);

    private static string Nested(int depth) => depth == 0 ? Leaf : $$"""{"not":{{Nested(depth - 1)}}}""";

    private static string Many(int groups, int each)
    {
        var group = $$"""{"any":[{{string.Join(',', Enumerable.Repeat(Leaf, each))}}]}""";
        return $$"""{"all":[{{string.Join(',', Enumerable.Repeat(group, groups))}}]}""";
    }

    private static void AssertMistake(string json, string at, string message)
    {
        var (filter, mistakes) = TryCompile(json);
        Assert.Null(filter);
        Assert.Equal([(at, message)], mistakes);
    }
}
