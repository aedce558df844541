using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>Picks out of Twilio's message list what concerns a channel in a span of time. Makes no calls itself.</summary>
/// <param name="side">Where our number stands: <c>To</c> or <c>From</c>.</param>
internal abstract class TwilioSweep(Channel channel, string side, DateTimeOffset from, DateTimeOffset until)
{
    private const int PageSize = 200;

    private readonly string _field = side.ToLowerInvariant();

    private readonly List<(DateTimeOffset At, TwilioResource Message)> _found = [];

    /// <summary>Oldest first; within a second, which is as fine as the dates are, the list's own order tells.</summary>
    public IEnumerable<(DateTimeOffset At, TwilioResource Message)> Found => Enumerable.Reverse(_found).OrderBy(f => f.At);

    /// <summary>A channel with a service has numbers that we don't know: then the whole account's list is looked through.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> Filters
    {
        get
        {
            if (Service is null && Number is not null) yield return new(side, Number);
            yield return new("PageSize", PageSize.ToString());
        }
    }

    protected DateTimeOffset From => from;

    protected DateTimeOffset Until => until;

    private string? Number => channel.Setting(TwilioChannels.PhoneNumber);

    private string? Service => channel.Setting(TwilioChannels.MessagingServiceSid);

    /// <summary>Takes one page in. False: the span is covered. A whole page must be too old, for the list's order (newest first) is known from use only.</summary>
    public bool NeedsMore((IReadOnlyList<TwilioResource> Items, string? Next) page)
    {
        foreach (var item in page.Items)
            if (DateOf(item) is { } at && at >= from && at <= until && IsOurs(item) && IsWanted(item)) _found.Add((at, item));
        return page.Next is not null && !(page.Items.Count > 0 && page.Items.All(EndsTheList));
    }

    /// <summary>What decides whether a message lies in the span.</summary>
    protected virtual DateTimeOffset? DateOf(TwilioResource item) => item.Date("date_created");

    /// <summary>Whether everything behind it is too old.</summary>
    protected virtual bool EndsTheList(TwilioResource item) => DateOf(item) < from;

    protected abstract bool IsWanted(TwilioResource item);

    private bool IsOurs(TwilioResource item) =>
        (Number is not null && item[_field] == Number) || (Service is not null && item["messaging_service_sid"] == Service);
}
