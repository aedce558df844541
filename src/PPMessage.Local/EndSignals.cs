using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PPMessage.Local;

/// <summary>
/// Ctrl-C, SIGTERM, and the end of a <c>dotnet</c> that started this process (<c>dotnet run</c> hands on what it is told but can't when it is killed):
/// each ends the launcher.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _end = new();
    private readonly PosixSignalRegistration[] _signals;
    private readonly ITimer? _watch;

    public EndSignals()
    {
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, End), PosixSignalRegistration.Create(PosixSignal.SIGTERM, End)];
        if (OperatingSystem.IsWindows()) return;
        var parent = ParentId();
        if (IsDotnet(parent)) _watch = TimeProvider.System.CreateTimer(_ => EndWithout(parent), null, LookEvery, LookEvery);
    }

    public CancellationToken Token => _end.Token;

    public void Dispose()
    {
        _watch?.Dispose();
        foreach (var signal in _signals) signal.Dispose();
        _end.Dispose();
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        _end.Cancel();
    }

    private void EndWithout(int parent)
    {
        if (ParentId() != parent) _end.Cancel();
    }

    private static bool IsDotnet(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Whoever adopts a process whose parent has died gets another id.
    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ParentId();
}
