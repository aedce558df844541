using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Storage;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>What happens in the fault tests of flows. A flow is published once in each workspace, which many stages share.</summary>
internal static class FlowScenes
{
    private const int MostTries = 6;

    private static readonly ConditionalWeakTable<Workspace, ConcurrentDictionary<string, string>> Published = [];

    /// <summary>Published, and the queue empty: what earlier stages have left to be done is not to be struck in this one's place.</summary>
    public static Func<Stage, Task> Flow(params IReadOnlyList<string> definitions) => async stage =>
    {
        foreach (var definition in definitions) await IdAsync(stage.Workspace, definition);
        await stage.Workspace.DrainAsync();
    };

    /// <summary>As <see cref="Flow"/>, and the contact has written, and whatever the flow made of it is done.</summary>
    public static Func<Stage, Task> FlowAndText(string definition, string text = "你好") => async stage =>
    {
        await Flow(definition)(stage);
        await Texted(stage, text);
    };

    public static async Task Texted(Stage stage, string text = "你好")
    {
        await stage.Workspace.TextAsync(stage.Phone, text);
        stage.Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await stage.Workspace.DrainAsync();
        await stage.Workspace.TwilioTellsAsync();
        stage.Conversation = await stage.FindConversationAsync();
    }

    public static async Task<string> IdAsync(Workspace workspace, string definition)
    {
        var known = Published.GetOrCreateValue(workspace);
        return known.TryGetValue(definition, out var id) ? id : known[definition] = await workspace.PublishAsync(definition);
    }

    /// <summary>A program that is the stage's own answers so.</summary>
    public static Func<Stage, Task> Program(Func<Stage, Task> arrange, PPMessage.Local.Sandbox.ProgramAnswer answer) => async stage =>
    {
        stage.Workspace.Twilio.Programs.Put(ProgramOf(stage), answer);
        await arrange(stage);
    };

    /// <summary>What the program was asked, each request once however often it came.</summary>
    public static string Asked(Stage stage) => string.Concat(stage.Workspace.Twilio.Programs.Requests(ProgramOf(stage)).DistinctBy(request => request.Headers.GetValueOrDefault("Idempotency-Key")).Select(request =>
        $"program asked: {request.Method} {request.Body.Replace(stage.Phone, "the phone", StringComparison.Ordinal)}\n"));

    /// <summary>Where the definition says PROGRAM, there is the URL of the program of whoever's run it is.</summary>
    public static Func<Stage, Task> Calling(string definition, Func<string, Func<Stage, Task>> arrange) => stage =>
        arrange(definition.Replace("PROGRAM", new Uri(stage.Workspace.Twilio.BaseUrl, "/sandbox/programs/").AbsoluteUri + "{{ contact.phones | first | remove: \\\"+\\\" }}", StringComparison.Ordinal))(stage);

    /// <summary>As <see cref="Flow"/>; where the definition says TEAM, there is a team that all agents are in and that hands out in turn.</summary>
    public static Func<Stage, Task> OfTeam(string definition) => async stage =>
    {
        const string Name = "Sales";
        var team = (await stage.Workspace.ListAsync("/api/teams")).Where(one => one.Word("name") == Name).Select(one => one.Word("id")).FirstOrDefault();
        var members = (await stage.Workspace.ListAsync("/api/agents")).Select(agent => agent.Word("id")).ToArray();
        team ??= (await stage.Workspace.PostAsync("/api/teams", new { name = Name, members, assignment = new { method = "in_turn" } })).Word("id");
        await Flow(definition.Replace("TEAM", team, StringComparison.Ordinal))(stage);
    };

    /// <summary>A program starts a run for the contact, and asks again under the same key until that is done.</summary>
    public static Func<Stage, Task> Started(string definition) => async stage =>
    {
        var id = await IdAsync(stage.Workspace, definition);
        var ulid = Ids.SeededUlid(stage.Workspace.Time.GetUtcNow(), stage.Digits);
        await InsistAsync(stage, async services =>
        {
            var flow = await services.GetRequiredService<FlowLibrary>().PublishedAsync(id, default);
            var contact = await services.GetRequiredService<ContactStore>().FindAsync(await ContactAsync(stage), default);
            await services.GetRequiredService<RunStarter>().StartAsync(flow!, contact!.Value.Contact, TriggerWord.Api, null, flow!.Variables, ulid, default);
        });
    };

    /// <summary>As <see cref="Scenario.InsistentText"/>, and each repetition comes some time later.</summary>
    public static Func<Stage, Task> RepeatedText(string text) => async stage =>
    {
        var told = await stage.Workspace.TextAsync(stage.Phone, text);
        for (var i = 0; i < MostTries && told!.Callback!.Error is not null; i++)
        {
            await stage.Workspace.ReviveAsync();
            stage.Workspace.Time.Advance(TimeSpan.FromSeconds(2));
            if (await stage.Workspace.RepeatAsync(told.Callback) is System.Net.HttpStatusCode.OK) break;
        }

        await stage.Workspace.ReviveAsync();
    };

    /// <summary>A person lets the contact's only run go on.</summary>
    public static async Task Retried(Stage stage)
    {
        var run = Assert.Single(await stage.Workspace.RunsAsync(stage.Conversation!));
        await InsistAsync(stage, services => services.GetRequiredService<RunStarter>().RetryAsync(run.Id, default));
    }

    /// <summary>An agent changes the conversation, and asks again until somebody says that it is changed.</summary>
    public static Func<Stage, Task> Patched(object patch) => async stage =>
    {
        for (var i = 0; i < MostTries && !await PatchesAsync(stage, patch); i++) await stage.Workspace.ReviveAsync();
        await stage.Workspace.ReviveAsync();
    };

    private static async Task<bool> PatchesAsync(Stage stage, object patch)
    {
        try
        {
            return (await stage.Agent.CallAsync("PATCH", $"/api/conversations/{stage.Conversation}", patch)).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task InsistAsync(Stage stage, Func<IServiceProvider, Task> ask)
    {
        for (var i = 0; i < MostTries; i++)
            try
            {
                await ask(stage.Workspace.Services);
                break;
            }
            catch (Exception e) when (e is StoreException or ProcessDiedException)
            {
                await stage.Workspace.ReviveAsync();
            }

        await stage.Workspace.ReviveAsync();
    }

    // Remembered, so that finding out is no part of what is struck.
    private static async Task<string> ContactAsync(Stage stage) => stage.Other ??= await FindContactAsync(stage);

    private static async Task<string> FindContactAsync(Stage stage)
    {
        var contacts = (await stage.Workspace.Store.ReadRangeAsync("Threads", PPMessage.Conversations.ThreadKeys.Conversation(stage.Conversation!)!.Value.Thread, new RowRange("0h", "0i"), 1, default)).Rows;
        return contacts[0].As(PPMessage.Conversations.ConversationsJson.Default.ThreadHead).ContactId;
    }

    private static string ProgramOf(Stage stage) => stage.Digits;
}
