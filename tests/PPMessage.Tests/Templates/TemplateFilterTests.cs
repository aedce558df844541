using DotLiquid;
using PPMessage.Templates.Engine;
using Xunit;
using static PPMessage.Tests.Templates.TemplateSamples;

namespace PPMessage.Tests.Templates;

public sealed class TemplateFilterTests
{
    [Theory]
    [InlineData("vars.missing | default: 'x'", "x")]
    [InlineData("false | default: 'x'", "x")]
    [InlineData("'' | default: contact.name", "李雷")]
    [InlineData("0 | default: 'x'", "0")]
    [InlineData("'a' | append: 'b' | prepend: 1.50", "1.5ab")]
    [InlineData("'heLLo wORLD' | capitalize", "Hello world")]
    [InlineData("'Äb' | upcase | append: 'CD' | downcase", "äbcd")]
    [InlineData("' a b ' | strip | append: '|'", "a b|")]
    [InlineData("' a b ' | lstrip | append: '|'", "a b |")]
    [InlineData("' a b ' | rstrip | append: '|'", " a b|")]
    [InlineData("vars.emoji | size", "5")]
    [InlineData("vars.emoji | truncate: 4", "a...")]
    [InlineData("vars.emoji | truncate: 2, ''", "a😀")]
    [InlineData("vars.emoji | slice: 1", "😀")]
    [InlineData("vars.emoji | slice: -2, 2", "👍c")]
    [InlineData("vars.emoji | slice: -9, 2", "")]
    [InlineData("vars.emoji | split: '' | join: '-'", "a-😀-b-👍-c")]
    [InlineData("'one two three' | truncatewords: 2", "one two...")]
    [InlineData("'one two' | truncatewords", "one two")]
    [InlineData("'a,b,,c,,' | split: ',' | size", "4")]
    [InlineData("'a-b-b' | replace: 'b', 'cc'", "a-cc-cc")]
    [InlineData("'a.b.b' | replace_first: '.b', 'c'", "ac.b")]
    [InlineData("'a.b.b' | replace_last: 'b', 'c'", "a.b.c")]
    [InlineData("'a-b-b' | remove: '-b'", "a")]
    [InlineData("'a-b-b' | remove_first: '-b' | remove_last: 'b'", "a-")]
    [InlineData("vars.html | escape", "&lt;b class=&quot;x&quot;&gt;Tom &amp; Jerry&#39;s&lt;/b&gt;")]
    [InlineData("'é😀 1 < 2 &amp; 3 & 4' | escape_once", "é😀 1 &lt; 2 &amp; 3 &amp; 4")]
    [InlineData("vars.html | strip_html", "Tom & Jerry's")]
    [InlineData("'a<script>alert(1)</script>b<!-- c -->d<style>e</style>' | strip_html", "abd")]
    [InlineData("'李 a&b' | url_encode", "%E6%9D%8E+a%26b")]
    [InlineData("'%E6%9D%8E+a%26b' | url_decode", "李 a&b")]
    [InlineData("'李' | base64_encode", "5p2O")]
    [InlineData("'5p2O' | base64_decode", "李")]
    [InlineData("contact.tags | json", "[\"vip\",\"北京\",\"vip\"]")]
    [InlineData("vars.items[1] | json", "{\"name\":\"Coffee\",\"price\":1.5,\"hot\":false}")]
    [InlineData("'“李”😀' | json", "\"“李”\\uD83D\\uDE00\"")]
    [InlineData("nil | json", "null")]
    public void Filters_on_texts(string expression, string expected) => Assert.Equal(expected, Rendered("{{ " + expression + " }}"));

    [Fact]
    public void Line_ends_can_be_removed_or_made_into_html()
    {
        Assert.Equal("a<br />\nb", Rendered("{% capture x %}a\r\nb{% endcapture %}{{ x | newline_to_br }}"));
        Assert.Equal("ab", Rendered("{% capture x %}a\r\nb{% endcapture %}{{ x | strip_newlines }}"));
    }

    [Theory]
    [InlineData("1 | plus: 2.50", "3.5")]
    [InlineData("'4' | minus: vars.price", "2.5")]
    [InlineData("3 | times: 4", "12")]
    [InlineData("20 | divided_by: 7", "2")]
    [InlineData("-7 | divided_by: 2", "-4")]
    [InlineData("20 | divided_by: 8.0", "2.5")]
    [InlineData("-7 | modulo: 3", "2")]
    [InlineData("-1.5 | abs", "1.5")]
    [InlineData("1.2 | ceil", "2")]
    [InlineData("1.8 | floor", "1")]
    [InlineData("2.5 | round", "3")]
    [InlineData("1.2345 | round: 2", "1.23")]
    [InlineData("3 | at_least: 5", "5")]
    [InlineData("3 | at_most: 2.5", "2.5")]
    [InlineData("'x' | plus: 1", "1")]
    [InlineData("0.1 | plus: 0.2", "0.3")]
    public void Filters_on_numbers(string expression, string expected) => Assert.Equal(expected, Rendered("{{ " + expression + " }}"));

    [Theory]
    [InlineData("contact.tags | uniq | join", "vip 北京")]
    [InlineData("contact.tags | first", "vip")]
    [InlineData("contact.tags | last", "vip")]
    [InlineData("contact.tags | reverse | slice: 1, 5 | join: ','", "北京,vip")]
    [InlineData("contact.tags | concat: contact.tags | size", "6")]
    [InlineData("vars.items | map: 'name' | sort | join: ','", "Coffee,milk,tea")]
    [InlineData("vars.items | sort: 'price' | map: 'name' | join: ','", "Coffee,milk,tea")]
    [InlineData("vars.items | sort_natural: 'name' | map: 'name' | join: ','", "Coffee,milk,tea")]
    [InlineData("vars.items | where: 'hot' | map: 'name' | join", "tea")]
    [InlineData("vars.items | where: 'name', 'milk' | map: 'price' | join", "2")]
    [InlineData("vars.items | reject: 'hot' | map: 'name' | join", "Coffee milk")]
    [InlineData("vars.items | map: 'hot' | compact | join", "true false")]
    [InlineData("vars.items | compact: 'hot' | size", "2")]
    [InlineData("vars.items | sum: 'price'", "6.5")]
    [InlineData("contact.attributes | size", "4")]
    [InlineData("vars.missing | size", "0")]
    [InlineData("vars.missing | first", "")]
    public void Filters_on_lists(string expression, string expected) => Assert.Equal(expected, Rendered("{{ " + expression + " }}"));

    [Theory]
    [InlineData("now | date: '%Y-%m-%d %H:%M'", "2026-11-23 09:05")]
    [InlineData("now | date: '%H:%M', 'Asia/Shanghai'", "17:05")]
    [InlineData("now | in_zone: contact.timeZone | date: '%-d.%-m. %H:%M %z'", "23.11. 17:05 +0800")]
    [InlineData("now | in_zone: 'Nowhere/Else' | date: '%H:%M'", "09:05")]
    [InlineData("now | in_zone: vars.missing | date: '%A, %d %b %y %I %p %%'", "Monday, 23 Nov 26 09 AM %")]
    [InlineData("now | date: '%Y年%m月%d日'", "2026年11月23日")]
    [InlineData("'2026-02-03T04:05:06Z' | date: '%s'", "1770091506")]
    [InlineData("1770091506 | date: '%F %T'", "2026-02-03 04:05:06")]
    [InlineData("'soon' | date: '%F'", "soon")]
    [InlineData("vars.missing | date: '%F'", "")]
    [InlineData("now | date: ''", "2026-11-23 09:05:07 +0000")]
    public void Filters_on_times(string expression, string expected) => Assert.Equal(expected, Rendered("{{ " + expression + " }}"));

    [Theory]
    [InlineData("1 | divided_by: 0", "A number is divided by 0.")]
    [InlineData("1 | modulo: 0", "A number is divided by 0.")]
    [InlineData("'?' | base64_decode", "The filter 'base64_decode' was given what is not base64.")]
    [InlineData("999999999999999 | times: 999999999999999 | times: 999999999999999", "A tag or a filter cannot work with the values that it was given.")]
    public void A_filter_that_cannot_work_ends_the_rendering(string expression, string mistake) => Assert.Equal(mistake, Failure("{{ " + expression + " }}"));

    [Fact]
    public void A_template_reaches_no_filter_of_the_library()
    {
        Assert.NotEmpty(LiquidEngine.Filters);
        var reached = Strainer.Create(new Context(System.Globalization.CultureInfo.InvariantCulture)).Methods
            .Where(method => LiquidEngine.Filters.ContainsKey(Template.NamingConvention.GetMemberName(method.Name))).ToList();
        Assert.NotEmpty(reached);
        Assert.All(reached, method => Assert.Equal(typeof(LiquidEngine).Assembly, method.DeclaringType!.Assembly));
    }
}
