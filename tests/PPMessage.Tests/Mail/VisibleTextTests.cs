using System.Diagnostics;
using System.Runtime.CompilerServices;
using CsCheck;
using PPMessage.Mail;
using Xunit;

namespace PPMessage.Tests.Mail;

/// <summary>The cases stand in <c>Cases</c>: a name, the whole text, and what of it is to be seen; ␠ is a blank that ends a line.</summary>
public sealed class VisibleTextTests
{
    private const string All = "(all)";

    public static TheoryData<string, string> Names => [.. Cases("chinese").Concat(Cases("english")).Concat(Cases("european")).Select(c => (c.File, c.Name))];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_persons_own_lines_are_seen(string file, string name)
    {
        var (_, _, text, visible) = Cases(file).Single(c => c.Name == name);

        Assert.Equal(visible == All ? text : visible, VisibleText.Of(text));
    }

    [Fact]
    public void Line_ends_of_the_wire_are_understood() => Assert.Equal("a\nb", VisibleText.Of("a\r\nb\r\n\r\n> c\r\n"));

    [Fact]
    public void A_very_long_text_is_cut_and_says_so()
    {
        var visible = VisibleText.Of(new string('x', VisibleText.Most + 10));

        Assert.Equal(VisibleText.Most + 2, visible.Length);
        Assert.EndsWith("\n…", visible, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("On ")]
    [InlineData("On 1/1/26 12:00 \n")]
    [InlineData("wrote:\n")]
    [InlineData("wrote:\n\n\n\n\n\n\n\n")]
    [InlineData("From: a@b\n")]
    [InlineData("From: a@b\n\n")]
    [InlineData("--\n")]
    [InlineData("--\n\n\n")]
    [InlineData(">")]
    [InlineData("> a\nb\n")]
    [InlineData("---")]
    [InlineData("____\n\n")]
    [InlineData("发件人：")]
    [InlineData("在 2026-01-01 \n")]
    [InlineData("1:1:1:1:")]
    [InlineData("Sent from my iPhone\n")]
    [InlineData("\n")]
    public void Hostile_repetition_costs_no_more_than_any_text(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, VisibleText.Most / piece.Length));
        var start = Stopwatch.GetTimestamp();

        _ = VisibleText.Of(text);

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Every_line_that_is_seen_was_written()
    {
        var pieces = Gen.OneOf("Hello", "> quoted", "On Thu, Jan 1, 2026 at 12:00 PM X <x@y.z> wrote:", "--", "-- ", "", "发件人: a@b.c", "主题: x", "日期: 2026-01-01", "-----原始邮件-----", "____", "A: b");
        pieces.Array[0, 25].Sample(lines =>
        {
            var text = string.Join('\n', lines);
            var visible = VisibleText.Of(text);
            Assert.All(visible.Split('\n'), line => Assert.Contains(line.TrimEnd(), lines.Select(l => l.TrimEnd()).Append(string.Empty)));
            Assert.Equal(string.IsNullOrWhiteSpace(text), visible.Length == 0);
        });
    }

    private static IEnumerable<(string File, string Name, string Text, string Visible)> Cases(string file)
    {
        var parts = File.ReadAllText(Path.Combine(Folder(), "Cases", $"{file}.txt")).ReplaceLineEndings("\n").Replace('␠', ' ').Split("### ", StringSplitOptions.RemoveEmptyEntries);
        return parts.Chunk(2).Select(pair => (file, pair[0][..pair[0].IndexOf('\n')], pair[0][(pair[0].IndexOf('\n') + 1)..^1], pair[1][3..^1]));
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
