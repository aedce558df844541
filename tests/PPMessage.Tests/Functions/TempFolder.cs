namespace PPMessage.Tests.Functions;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ppmessage-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
