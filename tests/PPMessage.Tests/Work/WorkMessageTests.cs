using System.Text;
using System.Text.Json;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Work;

public sealed class WorkMessageTests
{
    [Fact]
    public void A_message_is_read_back()
    {
        var message = WorkMessage.Parse(WorkMessage.Of("inbound", Json("""{"text":"你好 👍 \"quoted\"\n"}""")).ToText())!;
        Assert.Equal(("inbound", (string?)null), (message.Kind, message.Blob));
        Assert.Equal("你好 👍 \"quoted\"\n", message.Payload.GetProperty("text").GetString());
    }

    [Fact]
    public void It_shows_the_host_one_property_that_holds_a_text()
    {
        using var document = JsonDocument.Parse(WorkMessage.Of("send", Json("""{"id":"x","dequeueCount":1}""")).ToText());
        var property = Assert.Single(document.RootElement.EnumerateObject());
        Assert.Equal(("work", JsonValueKind.String), (property.Name, property.Value.ValueKind));
    }

    [Fact]
    public void Chinese_text_is_not_escaped_and_so_fits()
    {
        var text = new string('好', 10_000);
        var message = WorkMessage.Of("inbound", JsonSerializer.SerializeToElement(text)).ToText();
        Assert.True(WorkMessage.Fits(message));
        Assert.InRange(Encoding.UTF8.GetByteCount(message), 30_000, 30_200);
        Assert.False(WorkMessage.Fits(WorkMessage.Of("inbound", JsonSerializer.SerializeToElement(text + text)).ToText()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"other":"x"}""")]
    [InlineData("""{"work":"garbage"}""")]
    [InlineData("""{"work":{"kind":"send"}}""")]
    public void What_is_not_ours_is_not_read(string text) => Assert.Null(WorkMessage.Parse(text));

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
