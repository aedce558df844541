using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>Looks through Mailgun's events for one message that may have been sent: its Message-Id is ours. Makes no calls itself.</summary>
internal sealed class MailgunSearch(string messageId, int attempt, DateTimeOffset sentAfter)
{
    /// <summary>A message has a handful of events; pages may come short.</summary>
    public const int MostPages = 5;

    /// <summary>Events may be listed half an hour late. Source: documentation.mailgun.com, "Events", event polling.</summary>
    public static readonly TimeSpan BelievedAfter = TimeSpan.FromMinutes(30);

    private const int PageSize = 100;

    /// <summary>Mailgun's clock and ours differ.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    private Candidate? _found;

    /// <summary>Where the next page is, after <see cref="Read"/> gave null.</summary>
    public string Next { get; private set; } = string.Empty;

    public IEnumerable<KeyValuePair<string, string>> Filters =>
    [
        new("message-id", messageId), new("begin", (sentAfter - Slack).ToUnixTimeSeconds().ToString()), new("ascending", "yes"), new("limit", PageSize.ToString()),
    ];

    /// <summary>Takes one page in. Null: the next page is needed.</summary>
    public Finding? Read(ProviderAnswer answer)
    {
        if (!answer.IsSuccess) return NoPage(answer);
        var json = MailgunOutcome.Parse(answer.Body);
        if (json.At("items") is not { ValueKind: JsonValueKind.Array } items) return new Finding.NoAnswer(MailgunOutcome.Code(answer), "Mailgun's list could not be read.");
        foreach (var item in items.EnumerateArray()) Consider(item);
        // There is always a next page; behind the last it is empty.
        if (items.GetArrayLength() == 0 || json.Text("paging", "next") is not { } next) return new Finding.Candidates(_found is null ? [] : [_found], BelievedAfter);
        Next = next;
        return null;
    }

    // A key that may only send is refused here, for good.
    private static Finding NoPage(ProviderAnswer answer) => answer.Status is 401 or 403 or 404
        ? new Finding.CannotAsk(MailgunOutcome.Code(answer), MailgunOutcome.Said(answer))
        : new Finding.NoAnswer(MailgunOutcome.Code(answer), MailgunOutcome.Said(answer));

    // All attempts bear the same Message-Id.
    private void Consider(JsonElement item)
    {
        if (item.Text("event")?.ToLowerInvariant() is not { } word || MailgunReport.Said(word, item) is not { } said) return;
        if (MailgunReport.MessageIdOf(item) is { } id && !id.Equals(messageId, StringComparison.OrdinalIgnoreCase)) return;
        if (MailgunReport.AttemptOf(item) is { } of && of != attempt) return;

        // A delay says that Mailgun has it.
        var state = said.State == DeliveryStates.Deferred ? DeliveryStates.Sending : said.State;
        // What was given up comes after what was delivered: it came back.
        if (_found is null || DeliveryStates.Rank(state) > DeliveryStates.Rank(_found.State) || state == DeliveryStates.Failed)
            _found = new Candidate(messageId, state, said.Code, said.Text, IsOfThisAttempt: true);
    }
}
