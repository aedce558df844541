using System.Text.Json;
using PPMessage.Campaigns.Content;
using PPMessage.Campaigns.Definitions;
using Xunit;

namespace PPMessage.Tests.Campaigns.Content;

public sealed class CompiledContentTests
{
    private static readonly Uri Link = new("https://example.com/u/a?b=1&c=2");

    [Theory]
    [InlineData("subject", false, "新品", "您好", null, "has none")]
    [InlineData("html", false, null, "您好", "<p>您好</p>", "texts only")]
    [InlineData("text", false, null, null, null, "is required")]
    [InlineData("text", true, "新品", null, null, "is required")]
    [InlineData("subject", true, null, "您好", null, "is required")]
    [InlineData("subject", true, "{{ contact.nam }}", "您好", null, "Line 1")]
    [InlineData("text", false, null, "您好\n{{ vars.x }}", null, "Line 2")]
    [InlineData("text", false, null, "{{ campaign.secret }}", null, "Line 1")]
    [InlineData("text", false, null, "{% if %}", null, "Line 1")]
    [InlineData("html", true, "新品", "您好", "<p>{{ contact. }}</p>", "Line 1")]
    [InlineData("html", true, "新品", "您好", "<p>a</p><script>alert(1)</script>", "scripts")]
    [InlineData("html", true, "新品", null, "<img src=x onerror=alert(1)>", "event handlers")]
    [InlineData("html", true, "新品", null, "<svg/onload=alert(1)>", "event handlers")]
    [InlineData("html", true, "新品", null, "<p\nONCLICK = \"x\">", "event handlers")]
    [InlineData("html", true, "新品", null, "<a href=\"JavaScript:alert(1)\">x</a>", "scripts")]
    [InlineData("html", true, "新品", null, "< iframe src=x></iframe>", "frames")]
    [InlineData("html", true, "新品", null, "<form action=x>", "forms")]
    public void A_mistake_is_told_with_its_field(string field, bool hasSubject, string? subject, string? text, string? html, string message)
    {
        var mistakes = new List<(string Field, string Message)>();
        CompiledContent.Compile(new ChannelContent(subject, text, html), hasSubject, (where, what) => mistakes.Add((where, what)));
        Assert.Contains(mistakes, mistake => mistake.Field == field && mistake.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<p>Come on, 今天=八折 and only now = cheap</p>")]
    [InlineData("<a href=\"https://example.com/online=1\">上线</a>")]
    [InlineData("<p>I like javascript</p><style>p{color:red}</style>")]
    public void What_only_looks_like_a_script_is_taken(string html) => Assert.NotNull(Mail("您好", html));

    [Fact]
    public void Too_long_a_text_is_refused_with_its_field_and_a_mails_html_may_be_longer()
    {
        var fields = new List<string>();
        CompiledContent.Compile(new ChannelContent(null, new string('字', 20_001), null), hasSubject: false, (field, _) => fields.Add(field));
        Assert.Equal(["text"], fields);
        Assert.NotNull(Mail("您好", $"<p>{new string('字', 190_000)}</p>"));
        Assert.Null(Mail("您好", new string('字', CompiledContent.LongestHtml + 1)));
    }

    [Fact]
    public void What_a_contact_is_called_is_no_html_and_stays_itself_in_the_text()
    {
        var contact = Planned.Contact(1) with { Name = "<b>李</b> & \"王\"", Tags = ["<i>"], Attributes = new Dictionary<string, JsonElement> { ["城市"] = JsonElement.Parse("\"<u>\""), ["n"] = JsonElement.Parse("3") } };
        var (made, mistake) = Mail("{{ contact.name }}", "<p>{{ contact.name }} {{ contact.tags | join: ',' }} {{ contact.attributes['城市'] }} {{ contact.attributes.n }} {{ contact.none }}</p>".Replace(" {{ contact.none }}", ""))!
            .Render(new ContentScene(contact, Planned.Campaign(), Planned.Now, Link), Footer.None);
        Assert.Null(mistake);
        Assert.Equal("<b>李</b> & \"王\"", made!.Text);
        Assert.Equal("<p>&lt;b&gt;李&lt;/b&gt; &amp; &quot;王&quot; &lt;i&gt; &lt;u&gt; 3</p>", made.Html!.Replace("&#26446;", "李").Replace("&#29579;", "王"));
    }

    [Fact]
    public void Without_a_text_one_is_made_of_the_html_with_its_liquid()
    {
        var (made, _) = Mail(null, "<style>p{}</style><p>{{ contact.name }}，您好</p><p>八折</p>")!.Render(Scene(), Footer.None);
        Assert.Contains("客户1，您好", made!.Text, StringComparison.Ordinal);
        Assert.Contains("八折", made.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>", made.Text, StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(Mail(null, "<img src=\"https://example.com/x.png\">")!.Render(Scene(), Footer.None).Content!.Text));
    }

    [Fact]
    public void Who_shows_how_to_unsubscribe_gets_no_link_below()
    {
        var shown = Mail("退订：{{ unsubscribeUrl }}", null)!;
        Assert.Equal($"退订：{Link.AbsoluteUri}", shown.Render(Scene(), new Footer(string.Empty, Link)).Content!.Text);
        // Each part by itself: the text that is made of HTML has lost the link.
        var made = Mail(null, "<p>您好 <a href=\"{{ unsubscribeUrl }}\">退订</a></p>")!.Render(Scene(), new Footer("不想再收到", Link)).Content!;
        Assert.Contains(Link.AbsoluteUri, made.Text, StringComparison.Ordinal);
        Assert.Equal(2, made.Html!.Split("href=").Length);
        Assert.Contains("href=\"https://example.com/u/a?b=1&amp;c=2\"", Mail("x", "<a href=\"{{ unsubscribeUrl }}\">退订</a>")!.Render(Scene(), Footer.None).Content!.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_without_links_is_given_none_to_show()
    {
        var mistakes = new List<string>();
        CompiledContent.Compile(new ChannelContent(null, "退订 {{ unsubscribeUrl }}", null), hasSubject: false, (field, wrong) => mistakes.Add($"{field}: {wrong}"));
        Assert.Contains("unsubscribeUrl", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_out_empty_for_a_contact_is_not_sent()
    {
        var (made, mistake) = CompiledContent.Compile(new ChannelContent(null, "{% if contact.name == '无' %}x{% endif %} ", null), hasSubject: false, (_, _) => { })!.Render(Scene(), new Footer("回T退订", null));
        Assert.Null(made);
        Assert.Equal("The text is empty.", mistake);
    }

    [Theory]
    [InlineData("", false, "八折", "<html><body>八折</body></html>")]
    [InlineData("回T退订", false, "八折\n回T退订", "<html><body>八折<p>回T退订</p></body></html>")]
    [InlineData("", true, "八折\n\nhttps://example.com/u/a?b=1&c=2", "<html><body>八折<p><a href=\"https://example.com/u/a?b=1&amp;c=2\">https://example.com/u/a?b=1&amp;c=2</a></p></body></html>")]
    [InlineData("可<退订>", true, "八折\n\n可<退订>\nhttps://example.com/u/a?b=1&c=2", "<html><body>八折<p><a href=\"https://example.com/u/a?b=1&amp;c=2\">可&lt;退订&gt;</a></p></body></html>")]
    public void A_footer_stands_below_the_text_and_at_the_end_of_the_body(string words, bool hasLink, string text, string html)
    {
        var footer = new Footer(words, hasLink ? Link : null);
        Assert.Equal(text, footer.BelowText("八折"));
        Assert.Equal(html, footer.BelowHtml("<html><body>八折</body></html>"));
        Assert.StartsWith("八折", footer.BelowHtml("八折"), StringComparison.Ordinal);
    }

    private static CompiledContent? Mail(string? text, string? html) => CompiledContent.Compile(new ChannelContent("新品", text, html), hasSubject: true, (_, _) => { });

    private static ContentScene Scene() => new(Planned.Contact(1), Planned.Campaign(), Planned.Now, Link);
}
