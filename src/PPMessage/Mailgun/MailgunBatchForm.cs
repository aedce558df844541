using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PPMessage.Channels;

namespace PPMessage.Mailgun;

/// <summary>
/// Many messages as one form: its fields name variables, which Mailgun fills in for each recipient. Variables stand wherever text does, in headers and in
/// <c>v:</c> fields, too. Source: documentation.mailgun.com, "Batch sending".
/// </summary>
internal static class MailgunBatchForm
{
    public const int MostRecipients = 1000;

    /// <summary>Mailgun takes 25 MB as a message; what it makes of a batch is not documented, so that there is room left.</summary>
    public const long MostBytes = 8 * 1024 * 1024;

    /// <summary>How a variable begins in a text.</summary>
    private const string Opening = "%recipient";

    private const string Subject = "subject";
    private const string Text = "text";
    private const string Html = "html";
    private const string Unsubscribe = "unsubscribe";
    private const string Message = "message";
    private const string Conversation = "conversation";
    private const string Attempt = "attempt";
    private const string Campaign = "campaign";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Why a message must be sent alone; null when it need not.</summary>
    public static string? WhyAlone(Channel channel, OutboundMessage message) => message switch
    {
        { Campaign: null } => "it is no campaign's",
        { Content.Files.Count: > 0 } => "it has files",
        { References.Count: > 0 } or { Begun: not null } => "it answers another",

        // For other addresses variables were seen not to be filled in, nor for those of the domain that a route takes. Source: github.com/mailgun/mailgun.js, issues 413 and 236.
        _ when !message.To.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@') => "its address has other signs than letters, digits, dots, hyphens and underscores",
        _ when message.To.EndsWith("@" + MailgunAccount.DomainOf(channel), StringComparison.OrdinalIgnoreCase) => "it goes to an address of the sending domain",

        // Whether what was filled in is looked through once more is not documented.
        _ when NamesVariable(channel, message) => $"it says {Opening}, which means something else in a batch",
        _ when BatchCut.Weigh(message) > MostBytes => "it is too large",
        _ => null,
    };

    /// <summary>The plain fields, in order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(MailgunAccount account, Channel channel, OutboundBatch batch)
    {
        var (first, shape) = (batch.Messages[0], BatchShape.Of(batch.Messages[0]));
        yield return new("from", MailgunMessageForm.From(account, channel, first));
        foreach (var message in batch.Messages) yield return new("to", message.To);
        yield return new("subject", Filled(Subject));
        if (shape.HasText || !shape.HasHtml) yield return new("text", Filled(Text));
        if (shape.HasHtml) yield return new("html", Filled(Html));

        // One for all: that a variable would be filled in here is not known.
        yield return new("h:Message-Id", $"<{MailgunMessageForm.MessageId(account.Domain, batch.Reference)}>");
        if (MailgunMessageForm.AnswerTo(account, first) is { } answerTo) yield return new("h:Reply-To", answerTo);
        if (shape.CanUnsubscribe) foreach (var header in MailgunCampaign.Unsubscribe(Filled(Unsubscribe))) yield return header;
        foreach (var option in MailgunCampaign.Tracking(shape.Tracks)) yield return option;
        yield return new("v:" + MailgunReport.MessageVariable, Filled(Message));
        yield return new("v:" + MailgunReport.ConversationVariable, Filled(Conversation));
        yield return new("v:" + MailgunReport.AttemptVariable, Filled(Attempt));
        yield return new("v:" + MailgunReport.CampaignVariable, Filled(Campaign));
        yield return new("recipient-variables", Variables(account, channel, batch));
    }

    private static string Filled(string variable) => $"{Opening}.{variable}%";

    private static bool NamesVariable(Channel channel, OutboundMessage message) =>
        new[] { message.Content.Subject, message.Content.Text, message.Content.Html, message.SenderName, channel.Setting(MailgunChannels.DisplayName) }
            .Any(text => text?.Contains(Opening, StringComparison.OrdinalIgnoreCase) == true);

    private static string Variables(MailgunAccount account, Channel channel, OutboundBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            foreach (var message in batch.Messages)
            {
                json.WriteStartObject(message.To);
                foreach (var (name, value) in Own(account, channel, message)) json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static IEnumerable<KeyValuePair<string, string>> Own(MailgunAccount account, Channel channel, OutboundMessage message)
    {
        yield return new(Subject, MailgunMessageForm.Subject(account, channel, message));
        yield return new(Text, message.Content.Text is { Length: > 0 } text ? text : " ");
        if (message.Content.Html is { Length: > 0 } html) yield return new(Html, html);
        if (message.Campaign!.UnsubscribeUrl is { } url) yield return new(Unsubscribe, url.AbsoluteUri);
        yield return new(Message, message.Id);
        yield return new(Conversation, message.ConversationId);
        yield return new(Attempt, message.Attempt.ToString(CultureInfo.InvariantCulture));
        yield return new(Campaign, message.Campaign.Tag);
    }
}
