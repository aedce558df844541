using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Faults;

/// <summary>Something that happens to a workspace, to be told the same end of whatever goes wrong in between.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Arrange">Before anything goes wrong.</param>
/// <param name="Act">What a phone, an agent or Twilio does, given the id of the conversation that was arranged. Whoever gets no answer does what a good client does.</param>
internal sealed record Scenario(string Name, Func<Workspace, Task> Arrange, Func<Workspace, string?, Task> Act)
{
    public const string Phone = "+8613800001111";
    private const int MostTries = 6;

    public static Task Nothing(Workspace workspace) => Task.CompletedTask;

    /// <summary>A conversation with the contact and an agent, who has answered before.</summary>
    public static async Task Conversation(Workspace workspace)
    {
        var agent = await workspace.HireAsync("Mei");
        await workspace.TextAsync(Phone, "你好");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        using var answer = await workspace.ReplyAsync(await workspace.OnlyConversationAsync(), "您好", by: agent.Client);
        await workspace.TwilioTellsAsync();
        workspace.Time.Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>A text that Twilio tells us once; when we don't take it, it is lost but for the catching up.</summary>
    public static Func<Workspace, string?, Task> Text(string text, params IReadOnlyList<PhoneMedia> media) => async (workspace, _) =>
    {
        await workspace.TextAsync(Phone, text, media);
        await workspace.ReviveAsync();
    };

    /// <summary>A text that Twilio tells us until we take it.</summary>
    public static Func<Workspace, string?, Task> InsistentText(string text, params IReadOnlyList<PhoneMedia> media) => async (workspace, _) =>
    {
        var told = await workspace.TextAsync(Phone, text, media);
        await workspace.ReviveAsync();
        for (var i = 0; i < MostTries && told!.Callback!.Error is not null; i++)
        {
            if (await workspace.RepeatAsync(told.Callback) is System.Net.HttpStatusCode.OK) return;
            await workspace.ReviveAsync();
        }
    };

    /// <summary>An agent's answer, asked for again under the same key until somebody says that it is taken.</summary>
    public static Func<Workspace, string?, Task> Reply(string text, params IReadOnlyList<Misbehaviour> twilio) => async (workspace, conversation) =>
    {
        workspace.Twilio.Misbehave(twilio);
        for (var i = 0; i < MostTries && !await SaysAsync(workspace, conversation!, text); i++) await workspace.ReviveAsync();
        await workspace.ReviveAsync();
    };

    /// <summary>Status callbacks of an answer that was sent before.</summary>
    public static Task Callbacks(Workspace workspace, string? conversation) => workspace.PassAsync(TimeSpan.Zero);

    private static async Task<bool> SaysAsync(Workspace workspace, string conversation, string text)
    {
        try
        {
            using var answer = await workspace.ReplyAsync(conversation, text, key: "the-one-answer");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
