using Xunit;

namespace PPMessage.Tests.Workspaces;

/// <summary>As <see cref="SharedWorkspace"/>, with the demo address's channel.</summary>
public sealed class MailWorkspace : IAsyncLifetime
{
    private static int _mailboxes;

    internal Workspace Workspace { get; private set; } = null!;

    /// <summary>One that no other test has.</summary>
    public static string NewMailbox(string host = "example.cn") => $"kunde{Interlocked.Increment(ref _mailboxes)}@{host}";

    public async ValueTask InitializeAsync()
    {
        Workspace = await Workspace.StartAsync();
        await Workspace.OpenMailboxAsync();
    }

    public ValueTask DisposeAsync() => Workspace.DisposeAsync();
}
