using PPMessage.Contacts;

namespace PPMessage.Channels;

/// <summary>What a provider's channels of one kind need in order to be stored. Pure; thread-safe.</summary>
internal interface IChannelKind
{
    /// <summary>The provider and the kind, e.g. <c>twilio/sms</c>.</summary>
    string Serves { get; }

    /// <summary>What contacts are reached by.</summary>
    AddressKind Reaches { get; }

    /// <summary>Whether several conversations with one address may be open at a time.</summary>
    bool AllowsSeveralOpen { get; }

    /// <summary>Whether its messages have a subject.</summary>
    bool HasSubject { get; }

    /// <summary>
    /// Settings that together say which sender a channel is, e.g. account and number. Where a channel has all of them, no other live channel may have the same,
    /// and they can't change while conversations use the channel.
    /// </summary>
    IReadOnlyList<string> Identity { get; }

    /// <summary>Mistakes by field path (<c>settings.phoneNumber</c>); none: the channel can be stored.</summary>
    /// <param name="secrets">Names of the secrets that are (or will be) set.</param>
    IReadOnlyDictionary<string, string[]> Validate(IReadOnlyDictionary<string, string> settings, IReadOnlySet<string> secrets);

    /// <summary>
    /// Where connecting writes, as one word: it can't change while the channel is connected, since what was written there could not be undone any more.
    /// </summary>
    string ConnectsTo(IReadOnlyDictionary<string, string> settings);

    /// <summary>What the provider has to call, by the name that the API shows it under (<c>url</c>, <c>statusUrl</c>, …).</summary>
    IReadOnlyDictionary<string, string> Urls(Uri publicBaseUrl, string hookKey);
}
