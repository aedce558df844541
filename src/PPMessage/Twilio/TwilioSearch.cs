using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>Looks through Twilio's message list for one that may have been sent: page by page, newest first. Makes no calls itself.</summary>
internal sealed class TwilioSearch(Channel channel, OutboundMessage message, DateTimeOffset sentAfter, TimeSpan believedAfter)
{
    /// <summary>2,000 messages to one recipient since the send began: then something else is wrong.</summary>
    public const int MostPages = 10;

    private const int PageSize = 200;

    /// <summary>Twilio's clock and ours differ, and its dates have whole seconds.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    private readonly List<(DateTimeOffset At, Candidate Candidate)> _found = [];

    /// <summary>Where the next page is, after <see cref="Read"/> gave null.</summary>
    public string Next { get; private set; } = string.Empty;

    /// <summary>
    /// No DateSent: whether that filter finds messages that are not yet sent is not documented. No From with a service: it is null until the service has chosen.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string>> Filters
    {
        get
        {
            yield return new("To", message.To);
            if (channel.Setting(TwilioChannels.MessagingServiceSid) is null && TwilioSmsForm.Sender(channel, message) is { } from) yield return new("From", from);
            yield return new("PageSize", PageSize.ToString());
        }
    }

    /// <summary>Takes one page in. Null: the next page is needed.</summary>
    public Finding? Read(TwilioAnswer answer)
    {
        if (!answer.IsSuccess) return NoPage(answer);
        if (TwilioResource.ParsePage(answer.Body, "messages") is not { } page) return new Finding.NoAnswer(answer.CodeText, "Twilio's list could not be read.");
        foreach (var item in page.Items) Consider(item);

        // The order is known from use, not documented: go on until a whole page is too old, not until the first message that is.
        if (page.Next is null || (page.Items.Count > 0 && page.Items.All(i => i.Date("date_created") < sentAfter - Slack)))
            return new Finding.Candidates([.. OldestFirst()], believedAfter);
        Next = page.Next;
        return null;
    }

    // Within a second, which is as fine as the dates are, the list's own order tells.
    private IEnumerable<Candidate> OldestFirst() => Enumerable.Reverse(_found).OrderBy(f => f.At).Select(f => f.Candidate);

    private static Finding NoPage(TwilioAnswer answer) => answer.Status is >= 400 and < 500 and not (408 or 429)
        ? new Finding.CannotAsk(answer.CodeText, answer.Error().Text)
        : new Finding.NoAnswer(answer.CodeText, answer.Error().Text);

    private void Consider(TwilioResource item)
    {
        if (item["sid"] is not { } sid || item.Date("date_created") is not { } at || at < sentAfter - Slack) return;
        if (item["direction"] != "outbound-api" || item["to"] != message.To || !IsOurText(item["body"] ?? string.Empty)) return;
        var state = TwilioWords.State(item["status"] ?? string.Empty) ?? DeliveryStates.Sending;
        _found.Add((at, new Candidate(sid, state, item["error_code"], item["error_message"])));
    }

    // A service with smart encoding sends look-alikes of our quotation marks and dashes: then letters and digits must agree.
    private bool IsOurText(string body) => body == message.Content.Text || (Letters(message.Content.Text) is { Length: > 0 } letters && Letters(body) == letters);

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));
}
