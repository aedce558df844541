using System.Globalization;

namespace PPMessage.Tests.Local;

/// <summary>Who is whose child, from Linux's <c>/proc</c> (proc_pid_stat(5)).</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> ChildrenOf(int parent) => [.. All().Where(process => Stat(process) is { } stat && stat.Parent == parent).Select(id => id)];

    /// <summary>A dead process that nobody has buried yet is not alive.</summary>
    public static bool IsAlive(int id) => Stat(id) is { State: not ("Z" or "X") };

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0).Where(id => id > 0);

    private static (string State, int Parent)? Stat(int id)
    {
        try
        {
            // The name, in brackets, may have blanks and brackets in it.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
