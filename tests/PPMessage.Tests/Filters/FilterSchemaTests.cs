using System.Text.Json.Nodes;
using PPMessage.Filters;
using Xunit;

namespace PPMessage.Tests.Filters;

public sealed class FilterSchemaTests
{
    private static readonly JsonObject Schema = FilterSchema.Node("#/$defs/filter");

    private static readonly List<JsonObject> Forms = [.. Schema["oneOf"]!.AsArray().Select(form => form!.AsObject())];

    [Fact]
    public void Groups_hold_filters_by_the_reference()
    {
        Assert.Equal("#/$defs/filter", (string?)PropertyOf("all")["items"]!["$ref"]);
        Assert.Equal("#/$defs/filter", (string?)PropertyOf("any")["items"]!["$ref"]);
        Assert.Equal("#/$defs/filter", (string?)PropertyOf("not")["$ref"]);
    }

    [Fact]
    public void Each_operator_stands_in_one_form_of_condition() =>
        Assert.Equal(
            Operator.All.Select(op => op.Name).Order(StringComparer.Ordinal),
            Forms.Select(form => form["properties"]!["op"]).OfType<JsonObject>().SelectMany(op => op["enum"]!.AsArray()).Select(name => (string)name!).Order(StringComparer.Ordinal));

    [Fact]
    public void Forms_are_closed_and_need_all_that_they_have() => Assert.All(Forms, form =>
    {
        Assert.False((bool)form["additionalProperties"]!);
        Assert.Equal(form["properties"]!.AsObject().Select(property => property.Key), form["required"]!.AsArray().Select(name => (string)name!));
    });

    [Fact]
    public void It_can_be_put_into_several_documents() => Assert.Null(FilterSchema.Node("#").Parent);

    private static JsonObject PropertyOf(string name) => Forms.Select(form => form["properties"]![name]).OfType<JsonObject>().Single();
}
