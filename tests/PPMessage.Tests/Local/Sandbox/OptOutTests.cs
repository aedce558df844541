using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class OptOutTests : SandboxTest
{
    [Theory]
    [InlineData("STOP")]
    [InlineData("stopall")]
    [InlineData(" Unsubscribe ")]
    [InlineData("optout")]
    public async Task A_phone_that_says_stop_gets_an_answer_that_we_never_see_and_then_nothing(string word)
    {
        Connect();

        await Sandbox.TextAsync(Phone, Demo.Number, word);
        var refused = await JsonAsync(SendAsync());
        using var other = await SendAsync(("From", Demo.SecondNumber));

        Assert.Equal(word, Application.Calls.Single().Fields["Body"]);
        Assert.Null(Application.Calls.Single().Fields["OptOutType"]);
        Assert.Single(Sandbox.Received(Phone), text => text.Automatic);
        Assert.Single(Sandbox.Messages(), message => message.Direction == "inbound");
        Assert.Equal(21610, refused.GetProperty("code").GetInt32());
        Assert.True(other.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_sentence_with_stop_in_it_stops_nothing()
    {
        await Sandbox.TextAsync(Phone, Demo.Number, "STOP please");

        Assert.True((await SendAsync()).IsSuccessStatusCode);
        Assert.DoesNotContain(Sandbox.Received(Phone), text => text.Automatic);
    }

    [Fact]
    public async Task Start_ends_the_block_and_help_is_answered()
    {
        await Sandbox.TextAsync(Phone, Demo.Number, "STOP");
        await Sandbox.TextAsync(Phone, Demo.Number, "STOP");
        await Sandbox.TextAsync(Phone, Demo.Number, "HELP");
        await Sandbox.TextAsync(Phone, Demo.Number, "START");

        Assert.True((await SendAsync()).IsSuccessStatusCode);
        Assert.Equal(3, Sandbox.Received(Phone).Count(text => text.Automatic));
    }

    [Fact]
    public async Task Yes_does_not_undo_the_stop_of_a_toll_free_number()
    {
        await Sandbox.TextAsync(Phone, Demo.TollFreeNumber, "STOP");
        await Sandbox.TextAsync(Phone, Demo.TollFreeNumber, "YES");
        var refused = await JsonAsync(SendAsync(("From", Demo.TollFreeNumber)));
        await Sandbox.TextAsync(Phone, Demo.TollFreeNumber, "UNSTOP");
        using var sent = await SendAsync(("From", Demo.TollFreeNumber));

        Assert.Equal(21610, refused.GetProperty("code").GetInt32());
        Assert.True(sent.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_short_code_outside_a_service_leaves_it_to_us()
    {
        await Sandbox.TextAsync(Phone, Demo.ShortCode, "STOP");

        Assert.True((await SendAsync(("From", Demo.ShortCode))).IsSuccessStatusCode);
        Assert.DoesNotContain(Sandbox.Received(Phone), text => text.Automatic);
    }

    [Fact]
    public async Task A_stop_counts_for_the_whole_service()
    {
        Sandbox.Put(Sandbox.Number(Demo.Number)! with { MessagingServiceSid = "MG1" });
        Sandbox.Put(Sandbox.Number(Demo.SecondNumber)! with { MessagingServiceSid = "MG1" });

        await Sandbox.TextAsync(Phone, Demo.Number, "STOP");

        Assert.Equal(21610, (await JsonAsync(SendAsync(("From", Demo.SecondNumber)))).GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("STOP", "STOP")]
    [InlineData("START", "START")]
    [InlineData("HELP", "HELP")]
    [InlineData("Hello", null)]
    public async Task Advanced_opt_out_names_the_word_in_the_callback(string text, string? type)
    {
        Connect(number => number with { AdvancedOptOut = true, MessagingServiceSid = "MG1" });

        await Sandbox.TextAsync(Phone, Demo.Number, text);

        var fields = Application.Calls.Single().Fields;
        Assert.Equal(type, fields["OptOutType"]);
        Assert.Equal("MG1", fields["MessagingServiceSid"]);
    }
}
