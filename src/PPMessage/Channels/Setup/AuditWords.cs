using System.Text.RegularExpressions;

namespace PPMessage.Channels.Setup;

/// <summary>Changes as the audit log tells them. URLs can hold secrets: hook keys of ours, and whatever others put into theirs, be it into the path.</summary>
internal sealed partial class AuditWords(HookUrls urls)
{
    private const int Tail = 4;

    public string Of(IEnumerable<PlaceChange> changes) =>
        string.Join("; ", changes.Select(change => $"{change.Place}: {Of(change.Before)} → {Of(change.After)}"));

    private string Of(string? value) => value is null ? "nothing" : Url().Replace(value, url => Of(url.Value, urls.Read(url.Value)));

    private static string Of(string url, HookUrl read) => read.Owner == HookOwner.Foreign
        ? HookUrls.Shown(url)
        : url.Replace(read.Key, $"…{(read.Key.Length > Tail ? read.Key[^Tail..] : string.Empty)}", StringComparison.Ordinal).Split('?')[0];

    [GeneratedRegex("https?://[^\\s\"'\\\\]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Url();
}
