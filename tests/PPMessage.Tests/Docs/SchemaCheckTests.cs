using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace PPMessage.Tests.Docs;

public sealed class SchemaCheckTests
{
    private static readonly JsonObject Document = JsonNode.Parse(
        """
        {"components":{"schemas":{"Thing":{"type":"object","required":["id"],"properties":{
          "id":{"type":"string"},"at":{"type":["null","string"],"format":"date-time"},"word":{"type":"string","enum":["a","b"]},"count":{"type":"integer"},
          "parts":{"type":"array","items":{"$ref":"#/components/schemas/Thing"}},"inner":{"anyOf":[{"$ref":"#/components/schemas/Thing"},{"type":"null"}]},
          "map":{"type":"object","additionalProperties":{"type":"boolean"}},"any":{}}}}}}
        """)!.AsObject();

    [Theory]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"id":"1","at":null,"word":"b","count":2,"parts":[{"id":"2"}],"inner":null,"map":{"x":true},"any":{"y":[1]}}""")]
    [InlineData("""{"id":"1","at":"2026-11-20T08:00:00Z","inner":{"id":"3"}}""")]
    public void What_fits_has_no_mistake(string json) => Assert.Empty(Check(json));

    [Theory]
    [InlineData("{}", "lacks id")]
    [InlineData("[]", "is of type array")]
    [InlineData("""{"id":1}""", "$.id is of type integer")]
    [InlineData("""{"id":null}""", "$.id is of type null")]
    [InlineData("""{"id":"1","more":1}""", "has more")]
    [InlineData("""{"id":"1","at":"2026-11-20T08:00:00+08:00"}""", "is no date-time")]
    [InlineData("""{"id":"1","word":"c"}""", "none of")]
    [InlineData("""{"id":"1","count":1.5}""", "is of type number")]
    [InlineData("""{"id":"1","parts":[{"id":"2"},{}]}""", "$.parts[1] lacks id")]
    [InlineData("""{"id":"1","inner":{"id":"2","more":1}}""", "$.inner has more")]
    [InlineData("""{"id":"1","map":{"x":1}}""", "$.map.x is of type integer")]
    public void What_does_not_fit_is_told(string json, string mistake) => Assert.Contains(mistake, Assert.Single(Check(json)), StringComparison.Ordinal);

    [Fact]
    public void A_word_that_it_does_not_know_is_a_mistake() =>
        Assert.Single(SchemaCheck.Of(Document, JsonNode.Parse("""{"type":"string","pattern":"x"}""")!, JsonSerializer.SerializeToElement("x")));

    private static IReadOnlyList<string> Check(string json) =>
        SchemaCheck.Of(Document, JsonNode.Parse("""{"$ref":"#/components/schemas/Thing"}""")!, JsonSerializer.Deserialize<JsonElement>(json));
}
