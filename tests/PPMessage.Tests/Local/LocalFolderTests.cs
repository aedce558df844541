using PPMessage.Local;
using PPMessage.Tests.Functions;
using Xunit;

namespace PPMessage.Tests.Local;

public sealed class LocalFolderTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Keys_are_drawn_once_and_for_the_owner_alone()
    {
        LocalState first, second;
        using (var folder = Open()) first = folder.LoadOrDraw();
        using (var folder = Open()) second = folder.LoadOrDraw();

        Assert.Equal((first.AdminKey, first.SecretsKey), (second.AdminKey, second.SecretsKey));
        Assert.NotEqual(first.AdminKey, first.SecretsKey);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(In("local.json")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void The_agents_tokens_are_kept()
    {
        using (var folder = Open()) folder.Save(folder.LoadOrDraw().With(new DemoAgent("李伟", "a@example.com", "old")).With(new DemoAgent("李伟", "a@example.com", "new")));

        using var again = Open();
        Assert.Equal([new DemoAgent("李伟", "a@example.com", "new")], again.LoadOrDraw().Agents);
    }

    [Fact]
    public void Cleaning_takes_away_what_the_launcher_made_and_nothing_else()
    {
        LocalState before;
        using (var folder = Open()) before = folder.LoadOrDraw();
        Write(In("store", "store.db"));
        Write(In("notes.txt"));
        Write(Path.Combine(_data.Path, "azurite", "local.json"));
        Write(Path.Combine(_data.Path, "mine.txt"));

        using var cleaned = Open(clean: true);

        Assert.False(Directory.Exists(In("store")));
        Assert.NotEqual(before.AdminKey, cleaned.LoadOrDraw().AdminKey);
        Assert.True(File.Exists(In("notes.txt")) && File.Exists(Path.Combine(_data.Path, "azurite", "local.json")) && File.Exists(Path.Combine(_data.Path, "mine.txt")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_that_the_launcher_did_not_make_stays_untouched(bool clean)
    {
        Write(In("store", "somebody's.txt"));

        var refusal = Assert.Throws<InvalidOperationException>(() => Open(clean));

        Assert.Contains("--data", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([In("store", "somebody's.txt")], Directory.GetFiles(_data.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void One_launcher_owns_it()
    {
        using var first = Open();

        var refusal = Assert.Throws<InvalidOperationException>(() => Open(clean: true));

        Assert.Contains("Another PPMessage.Local", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_named_and_cleaning_helps()
    {
        Write(In("local.json"));

        using (var damaged = Open()) Assert.Contains("--clean", Assert.Throws<InvalidOperationException>(damaged.LoadOrDraw).Message, StringComparison.Ordinal);
        using var cleaned = Open(clean: true);
        Assert.NotEmpty(cleaned.LoadOrDraw().AdminKey);
    }

    private LocalFolder Open(bool clean = false) => LocalFolder.Open(new LocalOptions { Data = _data.Path, Clean = clean });

    private string In(params string[] names) => Path.Combine([_data.Path, "embedded", .. names]);

    private static void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "{}");
    }
}
