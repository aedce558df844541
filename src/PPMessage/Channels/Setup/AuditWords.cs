using System.Text.RegularExpressions;

namespace PPMessage.Channels.Setup;

/// <summary>Changes as the audit log tells them. URLs can hold secrets: hook keys of ours, and whatever others put into theirs.</summary>
internal static partial class AuditWords
{
    public static string Of(IEnumerable<PlaceChange> changes) =>
        string.Join("; ", changes.Select(change => $"{change.Place}: {Of(change.Before)} → {Of(change.After)}"));

    private static string Of(string? value) => value is null ? "nothing" : HookKey().Replace(Query().Replace(UserInfo().Replace(value, "//…@"), "?…"), "/hooks/…${tail}");

    /// <summary>All but the last four characters.</summary>
    [GeneratedRegex("/hooks/[^/?#\\s]*?(?<tail>[^/?#\\s]{4})(?=[/?#\\s]|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HookKey();

    [GeneratedRegex("//[^/?#@\\s]+@", RegexOptions.None, 1000)]
    private static partial Regex UserInfo();

    [GeneratedRegex("\\?[^#\\s\"]+", RegexOptions.None, 1000)]
    private static partial Regex Query();
}
