using PPMessage.Audit;

namespace PPMessage.Channels;

/// <summary>What of a channel the audit log tells before and after. Of secrets only that they are set or were changed: never a value, nor its end.</summary>
internal sealed record ChannelAudit(string Name, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Secrets, ChannelAuditInbound Inbound, bool Archived)
{
    /// <param name="before">Null: it was made.</param>
    /// <param name="after">Null: it was deleted.</param>
    public static IReadOnlyDictionary<string, AuditChange> Between(Channel? before, Channel? after) => AuditChanges.Between(
        before is null ? null : Of(before, _ => AuditChanges.Set),
        after is null ? null : Of(after, name => before is null || before.Secrets.GetValueOrDefault(name) == after.Secrets[name] || !before.Secrets.ContainsKey(name) ? AuditChanges.Set : AuditChanges.Changed),
        ChannelJson.Default.ChannelAudit);

    private static ChannelAudit Of(Channel channel, Func<string, string> secret) => new(
        channel.Name, channel.Settings, channel.Secrets.Keys.ToDictionary(name => name, secret), new ChannelAuditInbound(channel.InboundEnabled), channel.Archived);
}

internal sealed record ChannelAuditInbound(bool Enabled);
