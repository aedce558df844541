using System.Diagnostics;
using PPMessage.Templates;
using Xunit;
using static PPMessage.Tests.Templates.TemplateSamples;

namespace PPMessage.Tests.Templates;

public sealed class HostileTemplateTests
{
    private const string TooMuch = "The filters make too much text on the way.";
    private const string TooLong = "The text would be longer than 20000 characters.";
    private const string TooManyIterations = "The loops go round more than 10000 times.";

    /// <summary>A machine under load is slow; without a bound each of these would take minutes or all of the memory.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private const long MostBytes = 200_000_000;

    [Theory]
    [InlineData("{% for a in (1..1000000) %}{% endfor %}", TooManyIterations)]
    [InlineData("{% for a in (1..2000000000) %}x{% endfor %}", TooManyIterations)]
    [InlineData("{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}", TooManyIterations)]
    [InlineData("{% for a in (-2000000000..2000000000) offset: 1999999999 limit: 1 %}x{% endfor %}", TooManyIterations)]
    [InlineData("{% for a in (1..9000) %}xxx{% endfor %}", TooLong)]
    [InlineData("{% assign x = 'aaaaaaaaaaaaaaaa' %}{% for a in (1..60) %}{% assign x = x | append: x %}{% endfor %}", TooMuch)]
    [InlineData("{% assign x = 'aaaaaaaaaaaaaaaa' %}{% for a in (1..60) %}{% assign x = x | prepend: x %}{% endfor %}", TooMuch)]
    [InlineData("{% assign x = 'aaaaaaaaaaaaaaaa' %}{% for a in (1..60) %}{% assign x = x | replace: 'a', x %}{% endfor %}", TooMuch)]
    [InlineData("{% assign x = 'aaaaaaaaaaaaaaaa' %}{% for a in (1..60) %}{% assign x = x | replace_first: 'a', x %}{% endfor %}", TooMuch)]
    [InlineData("{% assign x = 'a,b' | split: ',' %}{% for a in (1..60) %}{% assign x = x | concat: x %}{% endfor %}", TooMuch)]
    [InlineData("{% assign x = 'a' %}{% for a in (1..60) %}{% assign x = x | json | json | json %}{% endfor %}", TooMuch)]
    [InlineData("{% assign x = 'a' %}{% for a in (1..60) %}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}", TooLong)]
    [InlineData("{% for a in (1..60) %}{% ifchanged %}{% for b in (1..100) %}{{ b }}{% capture x %}{{ x }}{{ x }}a{% endcapture %}{{ x }}{% endfor %}{% endifchanged %}{% endfor %}", TooLong)]
    [InlineData("{% assign s = 'aaaaaaaaaaaaaaaa' %}{% for a in (1..10) %}{% assign s = s | append: s %}{% endfor %}{% assign l = s | split: ',' %}{% for a in (1..13) %}{% assign l = l | concat: l %}{% endfor %}{{ l }}", TooMuch)]
    [InlineData("{% assign s = 'aaaaaaaaaaaaaaaa' %}{% for a in (1..10) %}{% assign s = s | append: s %}{% endfor %}{% assign l = s | split: ',' %}{% for a in (1..13) %}{% assign l = l | concat: l %}{% endfor %}{{ l | json }}", TooMuch)]
    [InlineData("{{ now | date: '%2000000000d' }}", "The format of a date is too long.")]
    [InlineData("{{ now | date: '%-_2000000000d' }}", "The format of a date is too long.")]
    public void It_is_cut_off(string text, string mistake)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        var found = Failure(text, RenderLimits.Default with { LongestTime = Soon });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Soon);
        Assert.Equal(mistake, found);
    }

    [Fact]
    public void It_may_not_take_longer_than_it_may()
    {
        var body = string.Concat(Enumerable.Repeat("{% if vars.a == 1 %}x{% endif %}", 500));
        var began = Stopwatch.GetTimestamp();
        Assert.Equal("It takes longer than 20 ms.", Failure("{% for a in (1..9999) %}" + body + "{% endfor %}", RenderLimits.Default with { LongestTime = TimeSpan.FromMilliseconds(20) }));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Soon);
    }

    [Fact]
    public void A_loop_whose_rounds_are_interrupted_deep_within_may_not_take_longer_either()
    {
        var (open, close) = (string.Concat(Enumerable.Repeat("{% if true %}", 35)), string.Concat(Enumerable.Repeat("{% endif %}", 35)));
        var began = Stopwatch.GetTimestamp();
        Assert.Equal("It takes longer than 50 ms.", Failure($"{{% for a in (1..9999) %}}{open}{{% continue %}}{close}{{% endfor %}}", RenderLimits.Default with { LongestTime = TimeSpan.FromMilliseconds(50) }));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Soon);
    }

    [Theory]
    [InlineData("{{ contact.name | append: 'x' }}")]
    [InlineData("{% if contact.name == 'a' and vars.b or vars.c %}{% endif %}")]
    [InlineData("{{")]
    [InlineData("{% ")]
    [InlineData("{{ 'a")]
    [InlineData("{{''}}")]
    [InlineData("{%raw%}")]
    [InlineData("{% if ")]
    [InlineData("{{ a.a.a.a.a.a.a.a")]
    [InlineData("{%- - - ")]
    public void A_long_text_parses_or_is_refused_soon(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, Template.LongestText / part.Length));
        var began = Stopwatch.GetTimestamp();
        Template.Parse(text, Roots, out _);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Soon);
    }

    [Theory]
    [InlineData("{{ contact.name", " | append: 'x'", " }}")]
    [InlineData("{{ contact", ".name", " }}")]
    [InlineData("{{ '", "a", "' }}")]
    [InlineData("{{ '", "\"", "' }}")]
    [InlineData("{{ contact.name", "      ", " }}")]
    [InlineData("{% cycle 'a'", ", 'b'", " %}")]
    [InlineData("{% case vars.a %}{% when 1", ", 'b'", " %}{% endcase %}")]
    [InlineData("{% if vars.a == '", " and or ", "' %}{% endif %}")]
    [InlineData("{% if vars.", "a", " %}{% endif %}")]
    [InlineData("{% for a in vars.a", " limit:1", " %}{% endfor %}")]
    [InlineData("{% assign x = vars['", "a", "'] %}{{ x }}")]
    public void One_long_tag_parses_and_renders_soon(string begin, string middle, string end)
    {
        var text = begin + string.Concat(Enumerable.Repeat(middle, (Template.LongestText - begin.Length - end.Length) / middle.Length)) + end;
        var began = Stopwatch.GetTimestamp();
        Parsed(text).Render(Objects, RenderLimits.Default with { LongestTime = Soon });
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Soon);
    }

    [Fact]
    public void Very_many_conditions_are_refused() =>
        Assert.Equal("Line 1: There are more than 50 conditions.", Mistake("{% if true" + string.Concat(Enumerable.Repeat(" and true", 50)) + " %}{% endif %}"));

    [Fact]
    public void What_data_hold_is_not_read_as_liquid()
    {
        var objects = new Dictionary<string, object?> { ["vars"] = new Dictionary<string, object?> { ["a"] = "{{ contact.name }}{% for i in (1..99999999) %}{% endfor %}", ["k"] = "(1..99999999)" } };
        Assert.Equal(objects["vars"] is Dictionary<string, object?> vars ? vars["a"] : null, Parsed("{{ vars.a }}{{ vars[vars.k] }}").Render(objects, RenderLimits.Default).Text);
    }

    [Fact]
    public void Data_may_be_deep_and_wide()
    {
        object? deep = "x";
        for (var i = 0; i < 10_000; i++) deep = new List<object?> { deep };
        var objects = new Dictionary<string, object?> { ["vars"] = new Dictionary<string, object?> { ["deep"] = deep, ["wide"] = new List<object?>(new object?[2_000_000]) } };
        Assert.Equal($"{new string('[', 32)}null{new string(']', 32)}", Parsed("{{ vars.deep | json }}").Render(objects, RenderLimits.Default).Text);
        Assert.Equal(TooMuch, Parsed("{{ vars.wide | size }}").Render(objects, RenderLimits.Default).Mistake);
    }

    [Fact]
    public void A_text_that_is_longer_than_may_come_out_has_no_rendering() =>
        Assert.Equal("The text would be longer than 3 characters.", Failure("plain", RenderLimits.Default with { MostCharacters = 3 }));
}
