using PPMessage.Templates;
using Xunit;
using static PPMessage.Tests.Templates.TemplateSamples;

namespace PPMessage.Tests.Templates;

public sealed class TemplateTests
{
    [Theory]
    [InlineData("")]
    [InlineData("你好 😀, 100% {sure}\r\n")]
    [InlineData("{ { not } } %}")]
    public void A_text_without_liquid_is_plain_and_renders_to_itself(string text)
    {
        var template = Parsed(text);
        Assert.True(template.IsPlain);
        Assert.Empty(template.Mentions);
        Assert.Same(text, template.Render(new Dictionary<string, object?>(), RenderLimits.Default).Text);
    }

    [Theory]
    [InlineData("Hello {{ contact.name | default: \"there\" }}, your order {{ vars.order }} is {{ vars.state }}.", "Hello 李雷, your order A-7 is shipped.")]
    [InlineData("{{ contact.attributes.会员等级 }}{{contact.attributes[\"会员 等级\"]}}{{ contact['attributes']['age'] }}{{ contact.attributes[vars.key] }}", "金卡银卡42金卡")]
    [InlineData("{{ contact.FirstSeenAt }}{{ contact.first_seen_at }}{{ contact.missing.deeper }}{{ message.text }}{{ contact.attributes[vars.missing] }}{{ contact.tags[9] }}", "")]
    [InlineData("{{ contact.tags[0] }} {{ contact.tags[-2] }} {{ contact.tags.size }} {{ contact.tags.first }} {{ contact.tags.last }}", "vip 北京 3 vip vip")]
    [InlineData("{{ vars.price }} {{ vars.count }} {{ vars.big }} {{ 1.50 }} {{ contact.attributes.subscribed }} {{ nil }}", "1.5 3 3000000000 1.5 true ")]
    [InlineData("{{ now }} {{ contact.tags }}", "2026-11-23 09:05:07 +0000 vip北京vip")]
    [InlineData("{{ contact.attributes }}", "{\"会员等级\":\"金卡\",\"会员 等级\":\"银卡\",\"age\":42,\"subscribed\":true}")]
    [InlineData("{{ \"it's\" }}{{ 'a \"b\" }} %} {{ {% c' }}", "it'sa \"b\" }} %} {{ {% c")]
    [InlineData("a {{- contact.name -}} b\n{%- if true -%}\n c \n{%- endif -%}\n d", "a李雷bcd")]
    public void It_writes_values(string text, string expected) => Assert.Equal(expected, Rendered(text));

    [Theory]
    [InlineData("{% if vars.count==3 %}a{% elsif true %}b{% else %}c{% endif %}", "a")]
    [InlineData("{%\n if vars.count > 2.9\n and vars.count<3.1 or false %}a{% endif %}", "a")]
    [InlineData("{% if 3 < 3.4 and 3 <= 3 and 4 >= 3.6 and 3 != '3' and vars.price == 1.5 %}a{% endif %}", "a")]
    [InlineData("{% if 'Zebra' < 'apple' and 'b' > 'a' %}a{% endif %}{% if contact.name > 3 %}b{% endif %}{% if nil < 3 %}c{% endif %}", "a")]
    [InlineData("{% if contact.tags contains '北京' and contact.name contains '李' and contact.attributes contains 'age' %}a{% endif %}", "a")]
    [InlineData("{% if contact.missing == blank and contact.missing == nil and contact.name != blank and vars.missing != true %}a{% endif %}", "a")]
    [InlineData("{% if '' == empty and contact.tags != empty and now == now and contact.firstSeenAt < now %}a{% endif %}", "a")]
    [InlineData("{% if vars.state == 'salt and pepper or \"x\"' %}a{% else %}b{% endif %}{% unless contact.name %}c{% else %}d{% endunless %}", "bd")]
    [InlineData("{% case vars.state %} x {% when 'new', 'open' %}a{% when 'shipped' or 'sent' %}b{% else %}c{% endcase %}", "b")]
    public void It_decides(string text, string expected) => Assert.Equal(expected, Rendered(text));

    [Theory]
    [InlineData("{% for item in vars.items %}{{ forloop.index }}{{ item.name }}{% unless forloop.last %},{% endunless %}{% else %}none{% endfor %}", "1tea,2Coffee,3milk")]
    [InlineData("{% for i in (1..vars.count) reversed limit: 2 offset: 1 %}{{ i }}{% endfor %}{% for x in vars.missing %}a{% else %}none{% endfor %}", "32none")]
    [InlineData("{% for i in (1..5) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}", "13")]
    [InlineData("{% for 对 in contact.attributes limit:2 %}{{ 对[0] }}={{ 对[1] }};{% endfor %}", "会员等级=金卡;会员 等级=银卡;")]
    [InlineData("{% for a in (1..2) %}{% for b in (1..2) %}{{ a }}{{ b }} {% endfor %}{% endfor %}", "11 12 21 22 ")]
    [InlineData("{% for i in (1..3) %}{% cycle 'a', 'b' %}{% cycle 'g': 1, 2 %}{% ifchanged %}x{% endifchanged %}{% endfor %}", "a1xb2a1")]
    [InlineData("{% assign 名-1 = contact.name | append: '!' %}{{ 名-1 }}{% capture c %}[{{ 名-1 }}]{% endcapture %}{{ c }}{{ c }}", "李雷![李雷!][李雷!]")]
    [InlineData("{% increment n %}{% increment n %}{% decrement m %}{% echo contact.name | size %}", "01-12")]
    [InlineData("{% raw %}{{ x }}{% if %}{% endraw %}{% comment %}{{ x | nothing {% endcomment %}{% # a note %}.", "{{ x }}{% if %}.")]
    [InlineData("{ {%- comment -%} x {%- endcomment -%} { contact.name }}", "{{ contact.name }}")]
    public void It_repeats_and_remembers(string text, string expected) => Assert.Equal(expected, Rendered(text));

    [Theory]
    [InlineData("{{ contact.name }}", "contact")]
    [InlineData("{% if vars.a %}{% for x in contact.tags %}{{ x | append: message.text }}{% endfor %}{% endif %}", "contact,message,vars")]
    [InlineData("{% assign a = now | date: vars.format %}{{ a }}{% case conversation.state %}{% when vars.x %}{% endcase %}", "conversation,now,vars")]
    [InlineData("{% for i in (1..vars.n) limit: contact.n %}{{ contact.attributes[message.key] }}{% endfor %}", "contact,message,vars")]
    [InlineData("{% comment %}{{ contact }}{% endcomment %}{% raw %}{{ vars }}{% endraw %}{{ 'now' }}", "")]
    [InlineData("{% for contact in vars.items %}{{ contact.name }}{% endfor %}", "vars")]
    public void It_tells_which_objects_it_mentions(string text, string expected) => Assert.Equal(expected, string.Join(',', Parsed(text).Mentions.Order(StringComparer.Ordinal)));

    [Fact]
    public void Only_what_is_mentioned_has_to_be_there() =>
        Assert.Equal("-shipped", Parsed("{{ contact.name }}-{{ vars.state }}").Render(new Dictionary<string, object?> { ["vars"] = Objects["vars"] }, RenderLimits.Default).Text);

    [Fact]
    public void What_is_no_value_of_a_template_is_empty()
    {
        var objects = new Dictionary<string, object?> { ["vars"] = new Dictionary<string, object?> { ["type"] = typeof(string), ["list"] = new List<object?> { new Uri("https://x.example"), 1 } }, ["contact"] = new Uri("https://x.example") };
        Assert.Equal("|1||", Parsed("{{ vars.type }}{{ vars.type.Name }}{{ vars.type.Assembly }}|{{ vars.list }}|{{ contact.Host }}{{ contact }}|{{ vars.state.Length }}").Render(objects, RenderLimits.Default).Text);
    }

    [Fact]
    public void Nothing_of_one_rendering_is_seen_by_the_next()
    {
        var (writes, reads) = (Parsed("{% assign a = contact.name %}{% increment b %}{% cycle 'x', 'y' %}{% ifchanged %}z{% endifchanged %}{% for i in (1..2) %}{% endfor %}"), Parsed("{{ vars.a }}{% if false %}{% assign a = 1 %}{% increment b %}{% endif %}[{{ a }}{{ b }}]{% cycle 'x', 'y' %}{% ifchanged %}z{% endifchanged %}{% for i in (1..2) offset: continue %}{{ i }}{% endfor %}"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("0xz", writes.Render(Objects, RenderLimits.Default).Text);
            Assert.Equal("[]xz12", reads.Render(new Dictionary<string, object?>(), RenderLimits.Default).Text);
        }
    }

    [Fact]
    public async Task Many_threads_render_one_template_with_objects_of_their_own()
    {
        var template = Parsed("{% assign n = vars.n %}{% for i in (1..20) %}{% capture c %}{{ c }}{{ n }},{% endcapture %}{% cycle 'a', 'b' %}{% increment k %}{% endfor %}{{ c | split: ',' | uniq | join }}");
        var expected = string.Concat(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? "a" : "b") + i));
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), TestContext.Current.CancellationToken, (n, _) =>
        {
            var objects = new Dictionary<string, object?> { ["vars"] = new Dictionary<string, object?> { ["n"] = n } };
            Assert.Equal(new Rendering(expected + n, null), template.Render(objects, RenderLimits.Default with { LongestTime = TimeSpan.FromMinutes(1) }));
            return ValueTask.CompletedTask;
        });
    }
}
