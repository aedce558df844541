using DotLiquid;
using DotLiquid.Tags;

namespace PPMessage.Templates.Engine;

/// <summary>The library's tags that could run or keep without end, with a bound.</summary>
internal static class BoundedTags
{
    public static void Register()
    {
        DotLiquid.Template.RegisterTag<CountedFor>("for");
        DotLiquid.Template.RegisterTag<BoundedCapture>("capture");
        DotLiquid.Template.RegisterTag<BoundedIfChanged>("ifchanged");
    }

    private static string RenderBounded(Context context, Action<TextWriter> render)
    {
        var budget = Budget.Of(context);
        using var writer = new BoundedWriter(budget);
        render(writer);
        var text = writer.ToString();
        budget.Spend(text.Length);
        return text;
    }

    /// <summary>The library bounds each loop for itself; this one counts those within loops, too.</summary>
    private sealed class CountedFor : For
    {
        public override void Render(Context context, TextWriter result)
        {
            Budget.Of(context).CheckTime();
            base.Render(context, result);
        }

        protected override void Parse(List<string> tokens)
        {
            var body = NodeList;
            base.Parse(tokens);
            body.Insert(0, new Iteration());
        }
    }

    private sealed class Iteration : Tag
    {
        public override void Render(Context context, TextWriter result) => Budget.Of(context).Iterate();
    }

    private sealed class BoundedCapture : Capture
    {
        private string _name = string.Empty;

        public override void Initialize(string tagName, string markup, List<string> tokens)
        {
            _name = markup.Trim();
            base.Initialize(tagName, markup, tokens);
        }

        public override void Render(Context context, TextWriter result) =>
            context.Scopes[^1][_name] = RenderBounded(context, writer => RenderAll(NodeList, context, writer));
    }

    private sealed class BoundedIfChanged : IfChanged
    {
        public override void Render(Context context, TextWriter result)
        {
            var text = RenderBounded(context, writer => RenderAll(NodeList, context, writer));
            if (text == context.Registers["ifchanged"] as string) return;
            context.Registers["ifchanged"] = text;
            result.Write(text);
        }
    }
}
