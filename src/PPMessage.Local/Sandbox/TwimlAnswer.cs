using System.Xml;
using System.Xml.Linq;

namespace PPMessage.Local.Sandbox;

/// <summary>What the inbound callback's answer tells Twilio to send.</summary>
/// <param name="Error">12100 (not well-formed, or no Response) or 12300 (a content type that Twilio does not read).</param>
internal sealed record TwimlAnswer(IReadOnlyList<TwimlMessage> Messages, int? Error = null)
{
    public static TwimlAnswer Read(CallbackRecord answer)
    {
        if (string.IsNullOrWhiteSpace(answer.Answer)) return new TwimlAnswer([]);
        return answer.ContentType switch
        {
            "text/xml" or "application/xml" or "text/html" => Parse(answer.Answer),
            // The trap: such an answer goes to the contact as it is.
            "text/plain" => new TwimlAnswer([new TwimlMessage(answer.Answer, null, [], null)]),
            _ => new TwimlAnswer([], 12300),
        };
    }

    private static TwimlAnswer Parse(string xml)
    {
        try
        {
            var root = XDocument.Parse(xml).Root!;
            return root.Name == "Response"
                ? new TwimlAnswer([.. root.Elements().Where(element => element.Name.LocalName is "Message" or "Sms").Select(TwimlMessage.Of)])
                : new TwimlAnswer([], 12100);
        }
        catch (XmlException)
        {
            return new TwimlAnswer([], 12100);
        }
    }
}

/// <param name="To">Null: whoever wrote.</param>
internal sealed record TwimlMessage(string Text, string? To, IReadOnlyList<string> MediaUrls, string? StatusCallback)
{
    public static TwimlMessage Of(XElement message)
    {
        var bodies = message.Elements("Body").ToList();
        var text = bodies.Count > 0 ? string.Concat(bodies.Select(body => body.Value)) : string.Concat(message.Nodes().OfType<XText>().Select(node => node.Value));
        return new TwimlMessage(
            text.Trim(),
            (string?)message.Attribute("to"),
            [.. message.Elements("Media").Select(media => media.Value.Trim())],
            (string?)message.Attribute("statusCallback") ?? (string?)message.Attribute("action"));
    }
}
