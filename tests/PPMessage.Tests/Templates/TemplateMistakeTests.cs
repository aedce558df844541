using Xunit;
using static PPMessage.Tests.Templates.TemplateSamples;

namespace PPMessage.Tests.Templates;

public sealed class TemplateMistakeTests
{
    [Theory]
    [InlineData("a\nb\r\n{{ contct.name }}", "Line 3: There is no 'contct'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% if contct %}{% endif %}", "Line 1: There is no 'contct'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% if vars.a and vars.b == contct.x %}{% endif %}", "Line 1: There is no 'contct'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% for x in contct.tags %}{% endfor %}", "Line 1: There is no 'contct'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% for x in (1..contct) %}{% endfor %}", "Line 1: There is no 'contct'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% for x in vars.a limit: contct %}{% endfor %}", "Line 1: There is no 'contct'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% assign x = 1 | plus: contct %}", "Line 1: There is no 'contct'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{{ vars[contct] }}", "Line 1: 'contct' is not expected in brackets.")]
    [InlineData("{{ x }}{% assign x = 1 %}", "Line 1: There is no 'x'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% for x in vars.a %}{% else %}{{ x }}{% endfor %}", "Line 1: There is no 'x'. There are: contact, conversation, message, now, vars.")]
    [InlineData("{% for x in vars.a %}{% endfor %}{{ forloop.index }}", "Line 1: There is no 'forloop'. There are: contact, conversation, message, now, vars.")]
    public void A_name_has_to_be_known(string text, string mistake) => Assert.Equal(mistake, Mistake(text));

    [Theory]
    [InlineData("\n{{ contact.name | upcas }}", "Line 2: There is no filter 'upcas'.")]
    [InlineData("{{ contact.name | Upcase }}", "Line 1: There is no filter 'Upcase'.")]
    [InlineData("{{ contact.name | equals: 1 }}", "Line 1: There is no filter 'equals'.")]
    [InlineData("{{ contact.name | append }}", "Line 1: The filter 'append' needs more arguments: 1.")]
    [InlineData("{{ contact.name | upcase: 1 }}", "Line 1: The filter 'upcase' takes fewer arguments: 0.")]
    [InlineData("{{ contact.name | }}", "Line 1: The name of a filter is missing before the end.")]
    [InlineData("{{ contact.name | default: 'x', allow_false: true }}", "Line 1: There is no 'allow_false'. There are: contact, conversation, message, now, vars.")]
    public void A_filter_has_to_exist_and_to_have_its_arguments(string text, string mistake) => Assert.Equal(mistake, Mistake(text));

    [Theory]
    [InlineData("{% include 'x' %}", "Line 1: 'include' would read another template; there is none to read.")]
    [InlineData("{% render 'x' %}", "Line 1: 'render' would read another template; there is none to read.")]
    [InlineData("{% extends 'x' %}", "Line 1: 'extends' would read another template; there is none to read.")]
    [InlineData("{% block x %}{% endblock %}", "Line 1: 'block' would read another template; there is none to read.")]
    [InlineData("{% param using = 'ExtendedFilters' %}", "Line 1: There is no tag 'param'.")]
    [InlineData("{% tablerow x in vars.a %}", "Line 1: There is no tag 'tablerow'.")]
    [InlineData("{% literal %}", "Line 1: There is no tag 'literal'.")]
    [InlineData("{% 如果 x %}", "Line 1: The name of a tag is missing.")]
    [InlineData("{% %}", "Line 1: The name of a tag is missing.")]
    [InlineData("{% break %}", "Line 1: 'break' stands outside of 'for'.")]
    public void A_tag_has_to_exist(string text, string mistake) => Assert.Equal(mistake, Mistake(text));

    [Theory]
    [InlineData("\n{% if vars.a %}\n{% for x in vars.b %}", "Line 3: 'for' has no 'endfor'.")]
    [InlineData("{% if vars.a %}\n{% endfor %}", "Line 2: 'endfor' has no 'for' to end; 'if' of line 1 is open.")]
    [InlineData("{% endif %}", "Line 1: 'endif' has no 'if' to end.")]
    [InlineData("{% else %}", "Line 1: 'else' stands outside of 'if', 'unless', 'case', 'for'.")]
    [InlineData("{% if vars.a %}{% else %}{% elsif vars.b %}{% endif %}", "Line 1: 'elsif' comes after 'else'.")]
    [InlineData("\n{% raw %}", "Line 2: 'raw' has no 'endraw'.")]
    [InlineData("{% comment %}", "Line 1: 'comment' has no 'endcomment'.")]
    public void A_block_has_to_be_closed(string text, string mistake) => Assert.Equal(mistake, Mistake(text));

    [Theory]
    [InlineData("{{ contact.name", "Line 1: '{{' is not closed by '}}'.")]
    [InlineData("{{ contact.name %}", "Line 1: '{{' is not closed by '}}'.")]
    [InlineData("{% if vars.a }}", "Line 1: '{%' is not closed by '%}'.")]
    [InlineData("{{ 'a }}", "Line 1: A text in quotes is not closed by '.")]
    [InlineData("{{ 'a\nb' }}", "Line 1: A text in quotes is not closed by ' on its line.")]
    [InlineData("{{ }}", "Line 1: A value is missing.")]
    [InlineData("{{{ contact.name }}}", "Line 1: '{' has no meaning here; a name with such a character is written in brackets and quotes.")]
    [InlineData("{{ contact.😀 }}", "Line 1: '😀' has no meaning here; a name with such a character is written in brackets and quotes.")]
    [InlineData("{{ contact name }}", "Line 1: 'name' is not expected here.")]
    [InlineData("{{ contact. }}", "Line 1: The name of a property is missing before the end.")]
    [InlineData("{{ contact['a]b'] }}", "Line 1: A name in brackets cannot have a ']' in it; assign it to a variable first.")]
    [InlineData("{{ contact[\"a\" }}", "Line 1: ']' is missing before the end.")]
    [InlineData("{{ blank }}", "Line 1: 'blank' can only be compared with.")]
    [InlineData("{{ 1234567890123456 }}", "Line 1: A number has more than 15 digits.")]
    [InlineData("{{ (1..5) }}", "Line 1: A range can only be what a 'for' goes through.")]
    [InlineData("{% if (1..5) contains 3 %}{% endif %}", "Line 1: A range can only be what a 'for' goes through.")]
    [InlineData("{% assign x = (1..5) %}", "Line 1: A range can only be what a 'for' goes through.")]
    [InlineData("{% for x in (1..'5') %}{% endfor %}", "Line 1: A range goes from one number to another.")]
    [InlineData("{% assign nil = 1 %}", "Line 1: 'nil' is a word of the language and cannot be a name.")]
    [InlineData("{% assign x 1 %}", "Line 1: '=' is missing before '1'.")]
    [InlineData("{% if vars.a = 1 %}{% endif %}", "Line 1: '=' is not expected here.")]
    [InlineData("{% for a-b in vars.a %}{% endfor %}", "Line 1: The name of a loop's variable cannot have a hyphen.")]
    [InlineData("{% for a in vars.a cols: 2 %}{% endfor %}", "Line 1: 'offset' is missing before 'cols'.")]
    [InlineData("{% cycle 'a,b', 'c' %}", "Line 1: A text of a 'cycle' cannot have a comma.")]
    public void What_stands_within_braces_has_to_be_understood(string text, string mistake) => Assert.Equal(mistake, Mistake(text));

    [Fact]
    public void A_text_may_be_20000_characters_long()
    {
        Assert.True(Parsed(new string('a', 20_000)).IsPlain);
        Assert.Equal("The text is longer than 20000 characters.", Mistake(new string('a', 20_001)));
    }

    [Fact]
    public void Blocks_stand_40_deep_within_one_another_and_no_deeper()
    {
        Assert.Equal("x", Rendered(Nested(40)));
        Assert.Equal("Line 1: Blocks stand more than 40 deep within one another.", Mistake(Nested(41)));
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{% if true %}", depth)) + "x" + string.Concat(Enumerable.Repeat("{% endif %}", depth));
}
