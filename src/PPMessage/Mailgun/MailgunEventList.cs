using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>Which events are asked for: those of one Message-Id.</summary>
/// <param name="MostPages">Pages may come short.</param>
/// <param name="Longest">No page is asked for after this time.</param>
internal sealed record EventQuery(string MessageId, DateTimeOffset SentAfter, int PageSize, int MostPages, TimeSpan Longest)
{
    /// <summary>Mailgun's clock and ours differ.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    public IEnumerable<KeyValuePair<string, string>> Filters =>
    [
        new("message-id", MessageId), new("begin", (SentAfter - Slack).ToUnixTimeSeconds().ToString()), new("ascending", "yes"), new("limit", PageSize.ToString()),
    ];
}

/// <summary>Why a list was not read to its end.</summary>
/// <param name="ForGood">This key may not ask.</param>
internal sealed record Unread(bool ForGood, string Code, string Text);

/// <summary>Reads Mailgun's list of events page by page. Thread-safe.</summary>
internal sealed class MailgunEventList(MailgunClient mailgun, TimeProvider time)
{
    /// <param name="take">Gets each event, oldest first.</param>
    /// <returns>Null: all were read.</returns>
    public async Task<Unread?> ReadAsync(MailgunAccount account, EventQuery query, Action<JsonElement> take, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var answer = await mailgun.ListEventsAsync(account, query.Filters, cancellation);
        for (var page = 1; ; page++)
        {
            if (!answer.IsSuccess) return NoPage(answer);
            var json = MailgunOutcome.Parse(answer.Body);
            if (json.At("items") is not { ValueKind: JsonValueKind.Array } items) return new Unread(ForGood: false, MailgunOutcome.Code(answer), "Mailgun's list could not be read.");
            foreach (var item in items.EnumerateArray()) take(item);
            // There is always a next page; behind the last it is empty.
            if (items.GetArrayLength() == 0 || json.Text("paging", "next") is not { } next) return null;
            if (page == query.MostPages || time.GetElapsedTime(start) > query.Longest)
                return new Unread(ForGood: false, "too-long", "The list of events did not come to an end in time.");
            answer = await mailgun.NextPageAsync(account, next, cancellation);
        }
    }

    // A key that may only send is refused here, for good.
    private static Unread NoPage(ProviderAnswer answer) => new(answer.Status is 401 or 403 or 404, MailgunOutcome.Code(answer), MailgunOutcome.Said(answer));
}
