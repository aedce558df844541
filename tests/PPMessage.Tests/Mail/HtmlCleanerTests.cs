using CsCheck;
using PPMessage.Mail;
using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class HtmlCleanerTests
{
    [Theory]
    [InlineData("<p>a<script>alert(1)</script></p>", "<p>a</p>")]
    [InlineData("<p onclick=alert(1)>a</p>", "<p>a</p>")]
    [InlineData("<img src=x onerror=alert(1)>", "<img>")]
    [InlineData("<svg onload=alert(1)><a>b</a></svg>c", "c")]
    [InlineData("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>c", "c")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>c", "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\">c</p>")]
    [InlineData("<iframe src=https://example.com></iframe>c", "c")]
    [InlineData("<form action=https://example.com><input name=password>c<button>d</button></form>", "c")]
    [InlineData("<style>p{background:url(https://example.com)}</style>c", "c")]
    [InlineData("<link rel=stylesheet href=https://example.com>c", "c")]
    [InlineData("<meta http-equiv=refresh content='0;url=https://example.com'>c", "c")]
    [InlineData("<base href=https://example.com>c", "c")]
    [InlineData("<object data=x><embed src=x></object>c", "c")]
    [InlineData("<video src=https://example.com poster=https://example.com>c</video>d", "d")]
    [InlineData("<p id=app class=btn name=x data-x=1>c</p>", "<p>c</p>")]
    [InlineData("<o:p>c</o:p><includetail>d</includetail>", "cd")]
    [InlineData("<!--[if mso]><p>a</p><![endif]-->c", "c")]
    [InlineData("<a href='javascript:alert(1)'>c</a>", "<a>c</a>")]
    [InlineData("<a href=' java&#10;script:alert(1)'>c</a>", "<a>c</a>")]
    [InlineData("<a href='data:text/html,x'>c</a>", "<a>c</a>")]
    [InlineData("<a href='/api/agents'>c</a>", "<a>c</a>")]
    [InlineData("<a href='file:///etc/passwd'>c</a>", "<a>c</a>")]
    [InlineData("<a href='https://example.com/a?b=1' target=_top>c</a>", "<a href=\"https://example.com/a?b=1\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">c</a>")]
    [InlineData("<a href='//example.com/'>c</a>", "<a href=\"https://example.com/\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">c</a>")]
    [InlineData("<a href='mailto:a@example.com'>c</a>", "<a href=\"mailto:a@example.com\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">c</a>")]
    [InlineData("<a href='tel:+4912345'>c</a>", "<a href=\"tel:+4912345\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">c</a>")]
    [InlineData("<img src='https://example.com/a.png' srcset='https://example.com/b.png 2x' width=10>", "<img width=\"10\" data-src=\"https://example.com/a.png\">")]
    [InlineData("<img src='//example.com/a.png'>", "<img data-src=\"https://example.com/a.png\">")]
    [InlineData("<img data-src='javascript:alert(1)' src='ftp://example.com'>", "<img>")]
    [InlineData("<img src='cid:a@b' alt=x>", "<img src=\"cid:a@b\" alt=\"x\">")]
    [InlineData("<img src='data:image/png;base64,AAAA'>", "<img src=\"data:image/png;base64,AAAA\">")]
    [InlineData("<img src='data:image/svg+xml;base64,AAAA'>", "<img>")]
    [InlineData("<table background='https://example.com/a.png'><tr><td>c</td></tr></table>", "<table><tbody><tr><td>c</td></tr></tbody></table>")]
    [InlineData("<p style='background:url(https://example.com)'>c</p>", "<p>c</p>")]
    [InlineData("<p style='background-image:u\\72l(https://example.com)'>c</p>", "<p>c</p>")]
    [InlineData("<p style='position:fixed;top:0;left:0;z-index:9'>c</p>", "<p>c</p>")]
    [InlineData("<p style='width:expression(alert(1))'>c</p>", "<p>c</p>")]
    [InlineData("<p style='font-weight:bold'>c</p>", "<p style=\"font-weight: bold\">c</p>")]
    [InlineData("<p title='<script>'>c &lt;b&gt;</p>", "<p title=\"&lt;script&gt;\">c &lt;b&gt;</p>")]
    public void What_acts_or_loads_is_gone(string html, string clean) => Assert.Equal(clean, HtmlCleaner.Clean(html));

    [Fact]
    public void Whatever_is_put_together_nothing_acts_or_loads()
    {
        var pieces = Gen.OneOf(
            "<p>", "</p>", "<b>", "</b>", "<table>", "<tr>", "<td>", "</table>", "<svg>", "</svg>", "<math>", "<mtext>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "<template>", "<select>", "<noscript>",
            "</noscript>", "<img src=x onerror=alert(1)>", "<img src=https://example.com>", "<a href=javascript:alert(1)>", "<script>", "</script>", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "\"", "'", "`", ">", "<", "=", " ", "x",
            "<annotation-xml encoding=text/html>", "<foreignObject>", "<mglyph>", "<plaintext>", "<xmp>", "<form>", "<p style='background:url(https://example.com)'>", "&lt;script&gt;", "&#60;img src=x onerror=1&#62;", "\0", "<a title=\"</noscript><img src=x onerror=1>\">");
        pieces.Array[1, 30].Sample(parts =>
        {
            var clean = HtmlCleaner.Clean(string.Concat(parts));
            AssertHarmless(clean);
        });
    }

    // Parsed once, as a mail is: at the worst that takes all the time that it may.
    [Theory]
    [InlineData("<div>", 200_000)]
    [InlineData("<b><p>", 100_000)]
    [InlineData("<blockquote type=cite>", 40_000)]
    [InlineData("<table><tr><td>", 60_000)]
    [InlineData("<svg><g>", 100_000)]
    [InlineData("<ol><li>", 100_000)]
    [InlineData("<li>x", 200_000)]
    [InlineData("<p style='a:", 80_000)]
    [InlineData("((((((((((", 100_000)]
    [InlineData("&amp", 200_000)]
    [InlineData("<a href=x>", 100_000)]
    public void Depth_and_repetition_do_no_harm(string piece, int times)
    {
        var html = string.Concat(Enumerable.Repeat(piece, times));

        using var document = HtmlDocuments.Parse(html);
        Assert.NotNull(document is null ? HtmlStripper.ToText(html) : HtmlText.Of(document, withoutQuotes: false));
        if (document is not null) Assert.NotNull(HtmlCleaner.Clean(document));
    }

    [Fact]
    public void Html_that_asks_for_gigabytes_is_shown_as_text()
    {
        var bomb = string.Concat(Enumerable.Range(0, 2000).Select(n => $"<b a{n}>")) + string.Concat(Enumerable.Repeat("<p>x</p>", 100_000));

        Assert.StartsWith("<pre>", HtmlCleaner.Clean(bomb), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<p>One\n two</p><p>Three<br>four</p>", "One two\n\nThree\nfour")]
    [InlineData("<div>a</div><div>b</div><div><br></div><div>c</div>", "a\nb\n\nc")]
    [InlineData("<ul><li>a</li><li>b</li></ul>", "- a\n- b")]
    [InlineData("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc")]
    [InlineData("<style>x</style><script>y</script>a&nbsp;&amp; <a href='https://example.com'>link</a>", "a & link")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("<span style='display: none'>hidden</span>seen", "seen")]
    public void Text_reads_as_it_looks(string html, string text) => Assert.Equal(text, HtmlCleaner.ToText(html));

    [Fact]
    public void Html_too_large_to_parse_still_yields_its_text()
    {
        var text = HtmlCleaner.ToText($"<style>x</style><p>Hello &amp; <b>you</b></p><!--{new string('x', HtmlDocuments.Most)}--><div>bye</div>");

        Assert.Equal("Hello & you\n\nbye", text);
    }

    /// <summary>As a browser reads it again.</summary>
    private static void AssertHarmless(string clean)
    {
        using var document = HtmlDocuments.Parse(clean)!;
        foreach (var element in document.Body!.QuerySelectorAll("*"))
        {
            Assert.Contains(element.LocalName, HtmlPolicy.Tags);
            Assert.All(element.Attributes, attribute => Assert.Contains(attribute.Name, HtmlPolicy.Attributes));
            Assert.Matches("^(https?:|mailto:|tel:|$)", element.GetAttribute("href") ?? string.Empty);
            Assert.Matches("^(cid:|data:image/|$)", element.GetAttribute("src") ?? string.Empty);
            Assert.DoesNotContain("url(", element.GetAttribute("style") ?? string.Empty, StringComparison.OrdinalIgnoreCase);
        }
    }

    // A cold or busy machine may take seconds for anything.
    [Fact]
    public void How_long_it_takes_counts_against_large_texts_only()
    {
        using var usual = HtmlDocuments.Parse($"<p>{new string('x', HtmlDocuments.AlwaysQuick - 10)}", TimeSpan.Zero);
        Assert.NotNull(usual);
        Assert.Null(HtmlDocuments.Parse($"<p>{new string('x', HtmlDocuments.AlwaysQuick)}", TimeSpan.Zero));
    }
}
