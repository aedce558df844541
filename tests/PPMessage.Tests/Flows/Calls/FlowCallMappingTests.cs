using System.Text;
using System.Text.Json;
using PPMessage.Flows.Calls;
using Xunit;

namespace PPMessage.Tests.Flows.Calls;

public sealed class FlowCallMappingTests
{
    /// <summary>RFC 6901 §5's own document.</summary>
    private const string Example = """{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}""";

    [Theory]
    [InlineData("", Example)]
    [InlineData("/foo", """["bar","baz"]""")]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/g|h", "4")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    public void The_examples_of_the_rfc_hold(string place, string value)
    {
        Assert.Null(ResponseMapping.MistakeOf(place));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(value), Pick(Example, place)));
    }

    [Theory]
    [InlineData("/foo/2")]
    [InlineData("/foo/01")]
    [InlineData("/foo/+1")]
    [InlineData("/foo/99999999999999999999")]
    [InlineData("/foo/bar")]
    [InlineData("/nothing/there")]
    [InlineData("/a~01b")]
    [InlineData("wrong")]
    [InlineData("#/foo")]
    public void A_place_that_is_not_there_is_null(string place) => Assert.Equal(JsonValueKind.Null, Pick(Example, place).ValueKind);

    [Fact]
    public void A_hyphen_is_the_last_of_a_list() => Assert.Equal("baz", Pick(Example, "/foo/-").GetString());

    [Theory]
    [InlineData("order")]
    [InlineData("#/order")]
    [InlineData("/~")]
    [InlineData("/m~n")]
    [InlineData("/a~2")]
    public void A_pointer_that_is_none_is_told_so(string place) => Assert.StartsWith("must be a JSON Pointer", ResponseMapping.MistakeOf(place), StringComparison.Ordinal);

    [Fact]
    public void A_pointer_has_an_end() => Assert.Contains("500", ResponseMapping.MistakeOf("/" + new string('x', 500)), StringComparison.Ordinal);

    [Fact]
    public void Each_variable_gets_its_place()
    {
        var picked = ResponseMapping.Pick(Answer("""{"order":{"state":"配送中","lines":2}}"""), new Dictionary<string, string> { ["state"] = "/order/state", ["lines"] = "/order/lines", ["no"] = "/no" });
        Assert.Equal(("配送中", 2, JsonValueKind.Null), (picked["state"].GetString(), picked["lines"].GetInt32(), picked["no"].ValueKind));
        Assert.Equal("\"配送中\"", picked["state"].GetRawText());
    }

    [Theory]
    [InlineData("shipped", "shipped")]
    [InlineData("{\"a\":", "{\"a\":")]
    [InlineData("0013", "0013")]
    public void A_body_that_is_no_json_is_text(string body, string text)
    {
        Assert.Equal(text, Pick(body, "").GetString());
        Assert.Equal(JsonValueKind.Null, Pick(body, "/a").ValueKind);
    }

    [Fact]
    public void An_empty_body_is_null() => Assert.Equal(JsonValueKind.Null, Pick("", "").ValueKind);

    [Fact]
    public void Json_that_is_too_deep_is_text() => Assert.Equal(JsonValueKind.String, Pick(new string('[', 1000) + new string(']', 1000), "").ValueKind);

    [Theory]
    [InlineData("x", 4096)]
    [InlineData("好", 4095)]
    [InlineData("😀", 4095)]
    public void A_long_text_is_cut_between_characters_and_says_so(string character, int bytes)
    {
        var text = Pick($"\"{string.Concat(Enumerable.Repeat(character, 5000))}\"", "").GetString()!;
        Assert.EndsWith(character + "…", text, StringComparison.Ordinal);
        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(text));
    }

    [Fact]
    public void A_text_that_just_fits_stays_whole() => Assert.Equal(new string('x', 4096), Pick(new string('x', 4096), "").GetString());

    [Theory]
    [InlineData(1000, true)]
    [InlineData(3000, false)]
    public void A_list_is_taken_whole_or_not_at_all(int length, bool isTaken) =>
        Assert.Equal(isTaken, Pick($"[{string.Join(" ,  ", Enumerable.Repeat("1", length))}]", "").ValueKind == JsonValueKind.Array);

    [Theory]
    [InlineData("\"\\ud800\"", "")]
    [InlineData("[\"\\ud800\"]", "")]
    [InlineData("{\"a\":\"\\ud800\"}", "/a")]
    [InlineData("{\"\\ud800\":1}", "")]
    public void Half_a_character_is_no_value(string body, string place) => Assert.Equal(JsonValueKind.Null, Pick(body, place).ValueKind);

    [Theory]
    [InlineData("1e400", "")]
    [InlineData("[[-1e400]]", "")]
    [InlineData("{\"a\":{\"b\":1e400}}", "/a")]
    public void A_number_that_nobody_can_hold_is_no_value(string body, string place) => Assert.Equal(JsonValueKind.Null, Pick(body, place).ValueKind);

    private static JsonElement Pick(string body, string place) => ResponseMapping.Pick(Answer(body), new Dictionary<string, string> { ["it"] = place })["it"];

    private static CallAnswer Answer(string body) => new(200, "application/json", body, null, false, null, 5);
}
