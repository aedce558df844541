using System.Runtime.InteropServices;
using System.Text;

namespace PPMessage.Storage.Embedded;

/// <summary>A rename or a new folder survives a power cut on Unix only when the folder that holds it is synced; .NET has no call for that.</summary>
internal static class DurableFolder
{
    public static void Create(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Create(parent);
        Directory.CreateDirectory(path);
        Sync(parent);
    }

    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = open(Encoding.UTF8.GetBytes(path + '\0'), 0);
        if (descriptor < 0) throw new StoreException($"Folder {path} can't be opened (error {Marshal.GetLastPInvokeError()}).");
        var result = fsync(descriptor);
        _ = close(descriptor);
        if (result != 0) throw new StoreException($"Folder {path} can't be synced.");
    }

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);
}
