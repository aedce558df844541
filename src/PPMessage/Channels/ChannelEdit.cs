using PPMessage.Http;

namespace PPMessage.Channels;

/// <summary>What a client wants a channel to be: read once from the request, then applied.</summary>
/// <param name="Secrets">Only those that change; null removes one.</param>
internal sealed record ChannelEdit(string Name, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string?> Secrets, bool InboundEnabled)
{
    private const int LongestName = 200;
    private const int LongestSetting = 500;
    private const int LongestSecret = 4096;
    private const int MostEntries = 30;

    /// <summary>Mistakes, those that the channel's kind finds included, are collected in <paramref name="fields"/>.</summary>
    /// <param name="current">Null: a new channel.</param>
    public static ChannelEdit Read(Fields fields, Channel? current, IChannelKind? kind)
    {
        var edit = new ChannelEdit(
            fields.Text("name", current?.Name, LongestName),
            fields.Map("settings", current?.Settings ?? new Dictionary<string, string>(), MostEntries, LongestSetting),
            fields.Changes("secrets", MostEntries, LongestSecret),
            fields.Object("inbound").Flag("enabled", current?.InboundEnabled ?? true));
        var mistakes = kind?.Validate(edit.Settings, edit.SecretNames(current)) ?? new Dictionary<string, string[]>();
        foreach (var (path, messages) in mistakes) fields.Refuse(path, string.Join("; ", messages));
        return edit;
    }

    /// <summary>Whether it needs the key that wraps secrets.</summary>
    public bool SetsSecrets => Secrets.Values.Any(value => value is not null);

    public Channel ApplyTo(Channel channel, SecretBox box) => channel with
    {
        Name = Name,
        Settings = Settings,
        Secrets = channel.Secrets.Where(old => !Secrets.ContainsKey(old.Key))
            .Concat(Secrets.Where(secret => secret.Value is not null)
                .Select(secret => KeyValuePair.Create(secret.Key, box.Wrap(channel.Id, secret.Key, secret.Value!))))
            .ToDictionary(),
        InboundEnabled = InboundEnabled,
    };

    /// <summary>Names, never values, of what it changes: for the audit log.</summary>
    public string Describe(Channel before)
    {
        var settings = Settings.Keys.Union(before.Settings.Keys).Where(name => Settings.GetValueOrDefault(name) != before.Setting(name));
        IEnumerable<string> changed =
        [
            .. Name == before.Name ? Array.Empty<string>() : ["name"],
            .. settings.Select(name => $"settings.{name}"),
            .. Secrets.Keys.Select(name => $"secrets.{name}"),
            .. InboundEnabled == before.InboundEnabled ? Array.Empty<string>() : ["inbound.enabled"],
        ];
        return string.Join(", ", changed);
    }

    private HashSet<string> SecretNames(Channel? current) =>
        [.. (current?.Secrets.Keys ?? []).Except(Secrets.Keys), .. Secrets.Where(secret => secret.Value is not null).Select(secret => secret.Key)];
}
