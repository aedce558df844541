using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PPMessage.Http;
using Xunit;

namespace PPMessage.Tests.Http;

public sealed partial class BodyTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(map: app =>
    {
        app.MapPost("/api/thing", async (HttpContext context) =>
        {
            var body = await Body.ReadAsync(context, ThingJson.Default.Thing, maxBytes: 2000, context.RequestAborted);
            return body.Ok(out var thing, out var problem) ? TypedResults.Json(thing, ThingJson.Default.Thing) : problem;
        });
        app.MapPatch("/api/thing", async (HttpContext context) =>
        {
            var body = await Body.ReadFieldsAsync(context, 2000, context.RequestAborted);
            if (!body.Ok(out var fields, out var problem)) return problem;
            var inner = fields.Object("inner");
            var made = $"{fields.Text("name", "old", 10)}|{fields.OptionalText("note", "kept", 10)}|{inner.Flag("on", true)}|{inner.Word<Colour>("colour", Colour.DarkRed)}"
                + $"|{string.Join(',', fields.Texts("list", ["a"], 3, 5))}|{string.Join(',', fields.Map("map", new Dictionary<string, string> { ["x"] = "1" }, 3, 5).Select(e => e.Key + e.Value).Order())}";
            return fields.Problem() ?? TypedResults.Text(made);
        });
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_good_body_is_read()
    {
        var reply = await _app.Admin.PostAsync("/api/thing", """{"name":"张伟","colour":"dark_red","at":"2026-11-22T20:00:00+08:00","parts":[{"size":1}]}""");
        Assert.Equal(200, reply.Status);
        Assert.Equal("张伟", reply["name"]);
        Assert.Equal("dark_red", reply["colour"]);
        Assert.Equal("2026-11-22T12:00:00Z", reply["at"]);
    }

    [Theory]
    [InlineData("""{"nope":1}""", "nope", "is not known")]
    [InlineData("""{"Name":"case matters"}""", "Name", "is not known")]
    [InlineData("""{"parts":[{"size":1},{"weight":2}]}""", "parts[1].weight", "is not known")]
    [InlineData("""{"name":5}""", "name", "wrong type")]
    [InlineData("""{"parts":{}}""", "parts", "wrong type")]
    [InlineData("""{"parts":[{"size":"x"}]}""", "parts[0].size", "wrong type")]
    [InlineData("""{"parts":[{"size":1},{"size":1e400}]}""", "parts[1].size", "is a number that is too great")]
    [InlineData("""{"more":{"size":-1e400}}""", "more.size", "is a number that is too great")]
    [InlineData("1e999", "$", "is a number that is too great")]
    [InlineData("""{"colour":"DarkRed"}""", "colour", "wrong type")]
    [InlineData("""{"colour":1}""", "colour", "wrong type")]
    [InlineData("""{"at":"2026-11-22T20:00:00"}""", "at", "wrong type")]
    [InlineData("""{"at":"yesterday"}""", "at", "wrong type")]
    [InlineData("""{"name":"\ud800"}""", "name", "wrong type")]
    [InlineData("""{"name":"a","name":"b"}""", "$", "twice")]
    [InlineData("""{"parts":[{"size":1,"size":2}]}""", "$", "twice")]
    [InlineData("""{"\ud800":1}""", "$", "no text")]
    [InlineData("""{"inner":{"\ud800":1}}""", "$", "no text")]
    [InlineData("""{"parts":[[{"a":1},{"b":{"\udfff":1}}]]}""", "$", "no text")]
    [InlineData("""{"parts":[{"size":1,"\ud83d":2}]}""", "$", "no text")]
    [InlineData("""{"name":""", "$", "is not JSON (line 1")]
    [InlineData("""{"name":"a"} x""", "$", "is not JSON")]
    [InlineData("""{"name":"a",}""", "$", "is not JSON")]
    [InlineData("// no\n{}", "$", "is not JSON")]
    [InlineData("[]", "$", "wrong type")]
    [InlineData("\"text\"", "$", "wrong type")]
    [InlineData("null", "$", "must be a JSON object")]
    [InlineData("", "$", "a JSON body is expected")]
    public async Task A_mistake_is_a_400_that_names_the_place(string json, string path, string message)
    {
        var reply = await _app.Admin.PostAsync("/api/thing", json);
        AssertProblem(reply, 400);
        Assert.Contains(message, reply.Json.GetProperty("errors").GetProperty(path)[0].GetString());
        Assert.DoesNotContain("PPMessage", reply.Text);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_a_400()
    {
        AssertProblem(await SendAsync([.. "{\"name\":\""u8, 0xff, 0xc0, .. "\"}"u8]), 400);
        AssertProblem(await SendAsync(Encoding.Unicode.GetBytes("{}")), 400);
        AssertProblem(await SendAsync(Encoding.UTF8.GetBytes(new string('[', 1000))), 400);
    }

    [Fact]
    public async Task What_is_nested_too_deeply_is_told_as_that()
    {
        foreach (var (levels, words) in new[] { (65, "is nested more than 64 levels deep"), (900, "is nested more than 64 levels deep") })
        {
            var reply = await _app.Admin.PostAsync("/api/thing", $"{new string('[', levels)}{new string(']', levels)}");
            AssertProblem(reply, 400);
            Assert.Contains(words, reply.Json.GetProperty("errors").GetProperty("$")[0].GetString());
        }

        Assert.Contains("is not JSON", (await _app.Admin.PostAsync("/api/thing", new string('[', 100))).Text);
        Assert.Contains("twice", (await SendAsync([0xef, 0xbb, 0xbf, .. "{\"name\":1,\"name\":2}"u8])).Text);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_mistake() => Assert.Equal(200, (await SendAsync([0xef, 0xbb, 0xbf, .. "{}"u8])).Status);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense;;")]
    [InlineData(null)]
    public async Task Another_content_type_is_a_415(string? contentType) => AssertProblem(await SendAsync("{}"u8.ToArray(), contentType), 415);

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/merge-patch+json")]
    public async Task Forms_of_json_are_taken(string contentType) => Assert.Equal(200, (await SendAsync("{}"u8.ToArray(), contentType)).Status);

    [Fact]
    public async Task A_body_over_the_limit_is_a_413_whether_its_length_is_told_or_not()
    {
        var huge = Encoding.UTF8.GetBytes($$"""{"name":"{{new string('x', 1_000_000)}}"}""");
        AssertProblem(await SendAsync(huge), 413);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/thing") { Content = new StreamContent(new MemoryStream(huge)) };
        request.Content.Headers.ContentLength = null;
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var message = await _app.Admin.SendAsync(request);
        Assert.Equal(413, (int)message.StatusCode);
    }

    [Theory]
    [InlineData("{}", "old|kept|True|DarkRed|a|x1")]
    [InlineData("""{"name":" 小 ","note":null,"inner":{"on":false,"colour":"blue"},"list":["b","b","c"],"map":{"y":"2","x":null}}""", "小||False|Blue|b,c|y2")]
    [InlineData("""{"list":null,"inner":null}""", "old|kept|True|DarkRed||x1")]
    public async Task A_patch_tells_absent_from_null(string json, string made)
    {
        var reply = await _app.Admin.PatchAsync("/api/thing", json);
        Assert.Equal(made, reply.Text);
    }

    [Theory]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"  "}""", "name")]
    [InlineData("""{"name":"elevenchars"}""", "name")]
    [InlineData("""{"name":"a\u0000b"}""", "name")]
    [InlineData("""{"name":"\udc00"}""", "name")]
    [InlineData("""{"note":[]}""", "note")]
    [InlineData("""{"inner":[]}""", "inner")]
    [InlineData("""{"inner":{"on":"true"}}""", "inner.on")]
    [InlineData("""{"inner":{"colour":"green"}}""", "inner.colour")]
    [InlineData("""{"inner":{"deep":{}}}""", "inner.deep")]
    [InlineData("""{"list":["a",1]}""", "list[1]")]
    [InlineData("""{"list":["a","b","c","d"]}""", "list")]
    [InlineData("""{"list":{}}""", "list")]
    [InlineData("""{"map":[]}""", "map")]
    [InlineData("""{"map":null}""", "map")]
    [InlineData("""{"map":{"y":{}}}""", "map.y")]
    [InlineData("""{"map":{"a b":"c"}}""", "map")]
    [InlineData("""{"map":{"a":"1","b":"2","c":"3"}}""", "map")]
    [InlineData("""{"kind":"sms"}""", "kind")]
    [InlineData("[]", "$")]
    [InlineData("3", "$")]
    public async Task A_patch_names_every_mistake(string json, string path)
    {
        var reply = await _app.Admin.PatchAsync("/api/thing", json);
        AssertProblem(reply, 400);
        Assert.Equal(path, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var reply = await _app.Admin.PatchAsync("/api/thing", """{"name":1,"note":2,"odd":3,"inner":{"on":4}}""");
        Assert.Equal(["inner.on", "name", "note", "odd"], reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    internal static void AssertProblem(Reply reply, int status)
    {
        Assert.Equal(status, reply.Status);
        Assert.Equal("application/problem+json", reply.ContentType);
        Assert.Equal(status, reply.Json.GetProperty("status").GetInt32());
        foreach (var name in new[] { "type", "title", "detail" }) Assert.NotEqual(string.Empty, reply.Json.GetProperty(name).GetString());
    }

    private Task<Reply> SendAsync(byte[] body, string? contentType = "application/json") => _app.Admin.SendBytesAsync(HttpMethod.Post, "/api/thing", body, contentType);

    internal enum Colour
    {
        Blue,
        DarkRed,
    }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record Thing(string? Name, Colour? Colour, DateTimeOffset? At, IReadOnlyList<Part>? Parts);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record Part(int Size);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime), typeof(Words<Colour>)])]
    [JsonSerializable(typeof(Thing))]
    internal sealed partial class ThingJson : JsonSerializerContext;
}
