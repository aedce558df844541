using PPMessage.Templates;
using Xunit;

namespace PPMessage.Tests.Templates;

/// <summary>Objects as a flow gives them, and the two steps that most tests take.</summary>
internal static class TemplateSamples
{
    public static readonly IReadOnlySet<string> Roots = new HashSet<string> { "contact", "conversation", "message", "vars", "now" };

    public static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 5, 7, TimeSpan.Zero);

    public static Dictionary<string, object?> Objects => new()
    {
        ["now"] = Now,
        ["contact"] = new Dictionary<string, object?>
        {
            ["name"] = "李雷",
            ["firstSeenAt"] = Now.AddDays(-1),
            ["timeZone"] = "Asia/Shanghai",
            ["tags"] = new List<object?> { "vip", "北京", "vip" },
            ["attributes"] = new Dictionary<string, object?> { ["会员等级"] = "金卡", ["会员 等级"] = "银卡", ["age"] = 42m, ["subscribed"] = true },
        },
        ["vars"] = new Dictionary<string, object?>
        {
            ["order"] = "A-7",
            ["state"] = "shipped",
            ["html"] = "<b class=\"x\">Tom & Jerry's</b>",
            ["emoji"] = "a😀b👍c",
            ["price"] = 1.50m,
            ["count"] = 3,
            ["big"] = 3_000_000_000L,
            ["key"] = "会员等级",
            ["items"] = new List<object?> { Item("tea", 3, true), Item("Coffee", 1.5m, false), Item("milk", 2, null) },
        },
    };

    public static Template Parsed(string text)
    {
        var template = Template.Parse(text, Roots, out var mistake);
        Assert.Null(mistake);
        return template!;
    }

    public static string Rendered(string text)
    {
        var rendering = Parsed(text).Render(Objects, RenderLimits.Default);
        Assert.Null(rendering.Mistake);
        return rendering.Text!;
    }

    /// <summary>Of a text that parses and does not render.</summary>
    public static string Failure(string text, RenderLimits? limits = null)
    {
        var rendering = Parsed(text).Render(Objects, limits ?? RenderLimits.Default);
        Assert.Null(rendering.Text);
        return rendering.Mistake!;
    }

    public static string Mistake(string text)
    {
        Assert.Null(Template.Parse(text, Roots, out var mistake));
        return mistake!;
    }

    private static Dictionary<string, object?> Item(string name, decimal price, bool? hot) => new() { ["name"] = name, ["price"] = price, ["hot"] = hot };
}
