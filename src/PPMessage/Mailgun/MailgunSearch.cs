using System.Text.Json;
using PPMessage.Channels;

namespace PPMessage.Mailgun;

/// <summary>Finds in Mailgun's events how one message stands that may have been sent: its Message-Id is ours. Makes no calls itself.</summary>
internal sealed class MailgunSearch(string messageId, int attempt)
{
    /// <summary>A message has a handful of events; pages may come short.</summary>
    public const int MostPages = 5;

    public const int PageSize = 100;

    /// <summary>Events may be listed half an hour late. Source: documentation.mailgun.com, "Events", event polling.</summary>
    public static readonly TimeSpan BelievedAfter = TimeSpan.FromMinutes(30);

    public string MessageId => messageId;

    /// <summary>Null: nothing that was considered is of this message.</summary>
    public Candidate? Found { get; private set; }

    /// <summary>Takes one event in. All attempts bear the same Message-Id.</summary>
    public void Consider(JsonElement item)
    {
        if (item.Text("event")?.ToLowerInvariant() is not { } word || MailgunReport.Said(word, item) is not { } said) return;
        if (MailgunReport.MessageIdOf(item) is { } id && !id.Equals(messageId, StringComparison.OrdinalIgnoreCase)) return;
        if (MailgunReport.AttemptOf(item) is { } of && of != attempt) return;

        // A delay says that Mailgun has it.
        var state = said.State == DeliveryStates.Deferred ? DeliveryStates.Sending : said.State;
        // What was given up comes after what was delivered: it came back.
        if (Found is null || DeliveryStates.Rank(state) > DeliveryStates.Rank(Found.State) || state == DeliveryStates.Failed)
            Found = new Candidate(messageId, state, said.Code, said.Text, IsOfThisAttempt: true);
    }
}
