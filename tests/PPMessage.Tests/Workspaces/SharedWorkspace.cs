using Xunit;

namespace PPMessage.Tests.Workspaces;

/// <summary>One workspace for all tests of a class: each uses phones of its own and leaves the others' things alone.</summary>
public sealed class SharedWorkspace : IAsyncLifetime
{
    internal Workspace Workspace { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Workspace = await Workspace.StartAsync();

    public ValueTask DisposeAsync() => Workspace.DisposeAsync();
}
