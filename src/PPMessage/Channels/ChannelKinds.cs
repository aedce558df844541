using PPMessage.Contacts;

namespace PPMessage.Channels;

/// <summary>The installed kinds of channels, as registered.</summary>
internal sealed class ChannelKinds(IEnumerable<IChannelKind> kinds)
{
    private readonly Dictionary<string, IChannelKind> _kinds = kinds.ToDictionary(kind => kind.Serves);

    public IEnumerable<string> All => _kinds.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whoever provides them: <c>email</c>, <c>sms</c>.</summary>
    public IEnumerable<string> Words => All.Select(served => served[(served.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct().Order(StringComparer.Ordinal);

    public IChannelKind? Find(string provider, string kind) => _kinds.GetValueOrDefault($"{provider}/{kind}");

    /// <summary>What contacts are reached by on channels of a kind, whoever provides them; null: no such kind is installed.</summary>
    public AddressKind? Reach(string kind) => _kinds.Values.FirstOrDefault(one => one.Serves.EndsWith($"/{kind}", StringComparison.Ordinal))?.Reaches;

    /// <summary>Whether messages of a kind have a subject, whoever provides them.</summary>
    public bool HasSubject(string kind) => _kinds.Values.FirstOrDefault(one => one.Serves.EndsWith($"/{kind}", StringComparison.Ordinal))?.HasSubject == true;

    /// <summary>Null for a stored channel whose provider is not installed any more.</summary>
    public IChannelKind? Of(Channel channel) => Find(channel.Provider, channel.Kind);

    /// <summary>The remote end of a message on this channel, as its provider names it.</summary>
    public Address AddressOf(Channel channel, string sender) => Address.OfSender(Reached(channel), sender);

    /// <summary>What kind of address the channel's messages come from and go to.</summary>
    public AddressKind Reached(Channel channel) => Of(channel)?.Reaches ?? AddressKind.External;
}
