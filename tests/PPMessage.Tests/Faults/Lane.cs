using System.Globalization;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Faults;

/// <summary>One contact's part in a workspace that others have used before.</summary>
internal sealed record Stage(Workspace Workspace, string Phone, HttpClient Agent)
{
    /// <summary>What the lists are searched for.</summary>
    public string Digits => Phone[1..];

    /// <summary>The same contact's, in the scenarios that go by mail.</summary>
    public string Mailbox => $"u{Digits}@example.cn";

    /// <summary>Of the conversation that was arranged; null: none was.</summary>
    public string? Conversation { get; set; }

    /// <summary>Of the contact that is to be no more, where one is.</summary>
    public string? Former { get; set; }

    /// <summary>Of another contact who is the same person, where there is one.</summary>
    public string? Other { get; set; }

    public async Task<string?> FindConversationAsync() =>
        (await Workspace.ListAsync($"/api/conversations?q={Digits}")).Select(conversation => conversation.GetProperty("id").GetString()).SingleOrDefault();
}

/// <summary>A workspace in which one scenario after the other is played, each with a contact of its own: to start one for each would take most of the time.</summary>
internal sealed class Lane : IAsyncDisposable
{
    private static int _phones;

    private readonly Workspace _workspace;
    private readonly HttpClient _agent;

    private Lane(Workspace workspace, HttpClient agent) => (_workspace, _agent) = (workspace, agent);

    public static async Task<Lane> StartAsync(IStore? store, Timing? timing)
    {
        var workspace = await Workspace.StartAsync(store, timing);
        await workspace.OpenMailboxAsync();
        return new Lane(workspace, (await workspace.HireAsync("Mei")).Client);
    }

    /// <summary>How many it has seen.</summary>
    public int Stages { get; private set; }

    public Stage Next()
    {
        Stages++;
        return new Stage(_workspace, "+86138" + Interlocked.Increment(ref _phones).ToString("D8", CultureInfo.InvariantCulture), _agent);
    }

    public ValueTask DisposeAsync()
    {
        _agent.Dispose();
        return _workspace.DisposeAsync();
    }
}
