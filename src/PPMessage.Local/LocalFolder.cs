using System.Text.Json;

namespace PPMessage.Local;

/// <summary>
/// The folder of one storage in the data directory: <c>local.json</c>, <c>store/</c> and <c>lock</c>. One launcher owns it (the lock ends with the process,
/// however it ends). Only a folder that the launcher made is used or cleaned.
/// </summary>
internal sealed class LocalFolder : IDisposable
{
    private const string LockName = "lock";

    private readonly string _path;
    private readonly FileStream _lock;

    private LocalFolder(string path, FileStream @lock) => (_path, _lock) = (path, @lock);

    /// <summary>The store's own directory.</summary>
    public string Store => Path.Combine(_path, "store");

    public string StateFile => Path.Combine(_path, "local.json");

    /// <exception cref="InvalidOperationException">Another launcher has it, or somebody else made it; the message says what to do.</exception>
    public static LocalFolder Open(LocalOptions options)
    {
        var path = Path.GetFullPath(Path.Combine(options.Data, LocalOptions.NameOf(options.Storage)));
        if (Directory.Exists(path) && IsForeign(path))
            throw new InvalidOperationException($"{path} was not made by this program: it stays untouched. Choose another directory with --data <directory>.");
        Directory.CreateDirectory(path);
        var folder = new LocalFolder(path, Own(path));
        if (options.Clean) folder.Clean();
        return folder;
    }

    /// <exception cref="InvalidOperationException">The file is damaged.</exception>
    public LocalState LoadOrDraw()
    {
        if (File.Exists(StateFile)) return Load();
        var drawn = LocalState.Draw();
        Save(drawn);
        return drawn;
    }

    /// <summary>Whole or not at all, and for nobody else's eyes.</summary>
    public void Save(LocalState state)
    {
        var temporary = StateFile + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, state, LocalJson.File.LocalState);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, StateFile, overwrite: true);
    }

    public void Dispose() => _lock.Dispose();

    private LocalState Load()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(StateFile), LocalJson.File.LocalState) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{StateFile} can't be read ({e.Message}) Mend it, or start afresh with --clean.", e);
        }
    }

    // local.json is written first and deleted last, so without it nothing here is the launcher's but a lock.
    private static bool IsForeign(string path) =>
        !File.Exists(Path.Combine(path, "local.json")) && Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) is not (LockName or "local.json.new"));

    private static FileStream Own(string path)
    {
        try
        {
            return new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"Another PPMessage.Local uses {path}: end it, or choose another directory with --data <directory>. 数据目录正被另一个 PPMessage.Local 使用，请用 --data 另选。", e);
        }
    }

    private void Clean()
    {
        if (Directory.Exists(Store)) Directory.Delete(Store, recursive: true);
        File.Delete(StateFile);
    }
}
