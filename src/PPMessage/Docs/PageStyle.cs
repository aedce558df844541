namespace PPMessage.Docs;

internal static class PageStyle
{
    public const string Css = """
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif }
        body { max-width: 60rem; margin: 0 auto; padding: 1rem }
        nav a { display: inline-block; margin: 0 1rem .25rem 0 }
        details { border: 1px solid #8886; border-radius: .4rem; margin: .4rem 0; padding: .4rem .8rem }
        details:target { border-color: #26c }
        summary { cursor: pointer; overflow-wrap: anywhere }
        summary b { display: inline-block; min-width: 4.5rem; font-family: ui-monospace, monospace }
        summary span { color: #777 }
        code, pre { font-family: ui-monospace, monospace; font-size: .9rem }
        pre { background: #8881; padding: .6rem; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere }
        table { border-collapse: collapse; width: 100% }
        td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8883 }
        """;
}
