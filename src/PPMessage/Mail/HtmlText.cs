using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PPMessage.Mail;

/// <summary>Reads a document aloud: blocks as lines, paragraphs with an empty line between them, lists with marks.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();
    private readonly bool _withoutQuotes;
    private int _breaks;
    private bool _blank;
    private int _item;

    private HtmlText(bool withoutQuotes) => _withoutQuotes = withoutQuotes;

    /// <summary>With <paramref name="withoutQuotes"/> one line with a quotation mark stands for each quotation, so that the text around it can be told from it.</summary>
    public static string Of(IHtmlDocument document, bool withoutQuotes)
    {
        if (document.Body is null) return string.Empty;
        var text = new HtmlText(withoutQuotes);
        text.Children(document.Body, pre: false);
        return PlainText.Clean(text._text.ToString()).Trim('\n', ' ');
    }

    private void Children(INode parent, bool pre)
    {
        var item = 0;
        foreach (var child in parent.ChildNodes)
        {
            if (child is IElement { LocalName: "li" }) _item = ++item;
            if (_withoutQuotes && child is IElement element && HtmlQuotes.BeginsRest(element))
            {
                Quote();
                return;
            }

            Node(child, pre);
        }
    }

    private void Node(INode node, bool pre)
    {
        if (node is IText text) Text(text.Data, pre);
        else if (node is IElement element && !IsHidden(element)) Element(element, pre);
    }

    private void Element(IElement element, bool pre)
    {
        if (_withoutQuotes && HtmlQuotes.IsAttribution(element)) return;
        if (_withoutQuotes && HtmlQuotes.IsQuote(element)) Quote();
        else if (element.LocalName == "br") _breaks++;
        else if (element.LocalName is "td" or "th") Cell(element);
        else Block(element, pre);
    }

    private void Block(IElement element, bool pre)
    {
        var lines = Lines(element);
        Break(lines);
        if (element.LocalName == "li") Word(Mark(element));
        Children(element, pre || element.LocalName == "pre");
        Break(lines);
    }

    private void Cell(IElement cell)
    {
        _blank = true;
        Children(cell, pre: false);
    }

    private void Quote()
    {
        Break(1);
        Word("> ");
        Break(1);
    }

    private void Text(string data, bool pre)
    {
        if (!pre)
        {
            Flowing(data);
            return;
        }

        Flush();
        _text.Append(data);
    }

    private void Flowing(string data)
    {
        foreach (var c in data)
        {
            if (c is ' ' or '\n' or '\t' or '\r' or '\f') _blank = true;
            else Append(c is '\u00A0' ? ' ' : c);
        }
    }

    private void Append(char c)
    {
        Flush();
        _text.Append(c);
    }

    private void Word(string word)
    {
        Flush();
        _text.Append(word);
    }

    private void Flush()
    {
        if (_breaks > 0 && _text.Length > 0) _text.Append('\n', Math.Min(_breaks, 3));
        else if (_blank && _text.Length > 0 && _text[^1] is not (' ' or '\n')) _text.Append(' ');
        (_breaks, _blank) = (0, false);
    }

    private void Break(int lines)
    {
        if (lines > 0) _breaks = Math.Max(_breaks, lines);
    }

    private static int Lines(IElement element) => element.LocalName switch
    {
        "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "ul" or "ol" or "dl" or "table" or "blockquote" or "pre" => 2,
        "div" or "li" or "tr" or "hr" or "dt" or "dd" or "section" or "article" or "header" or "footer" or "address" or "center" or "form" or "figure" or "includetail" => 1,
        _ => 0,
    };

    private string Mark(IElement item) => item.ParentElement is { LocalName: "ol" } ? $"{_item}. " : "- ";

    private static bool IsHidden(IElement element) =>
        element.LocalName is "script" or "style" or "head" or "title" or "template" or "noscript" or "textarea" or "select" or "iframe" or "object" or "svg" or "math"
        || (element.GetAttribute("style") is { } style && style.Replace(" ", string.Empty, StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase));
}
