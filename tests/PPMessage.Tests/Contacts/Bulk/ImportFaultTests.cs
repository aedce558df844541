using System.Collections.Concurrent;
using System.Text;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts.Bulk;

/// <summary>
/// A small import of two chunks, once for each call that it makes to the store and each way in which a call can go wrong: each ends in the same contacts and
/// the same counts as the undisturbed one.
/// </summary>
public sealed class ImportFaultTests
{
    private static readonly Dictionary<string, string?> SmallChunks = new() { ["PPMessage:Imports:ChunkRows"] = "5" };

    // Created, updated, unchanged, refused; two rows of one contact in a chunk and across chunks; a name that a conversation shows.
    private const string File = """
        {"name":"新","phones":["+8613700000001"],"emails":["new@example.cn"],"externalId":"n1"}
        {"name":"王芳","phones":["+8613700000002","+8613700000012"]}
        {"name":"先","phones":["+8613700000003"]}
        {"name":"后","phones":["+8613700000003","+8613700000013"]}
        {"phones":["+8613700000002","+8613700000004"]}
        {"phones":["+8613700000004"],"tags":["a"]}
        {"name":"无"}
        {"phones":["+8613700000001"],"tags":["b"]}
        {"phones":["+8613700000005"]}
        """;

    [Fact]
    public async Task An_import_survives_every_fault_at_every_call()
    {
        var undisturbed = await PlayAsync(new FaultPlan());
        Assert.Contains("9 rows: 3 created, 3 updated, 1 unchanged, 2 refused", undisturbed.State, StringComparison.Ordinal);
        var failures = new ConcurrentQueue<string>();
        var strikes = Enumerable.Range(1, undisturbed.Calls.Count).SelectMany(at => Enum.GetValues<Fault>().Select(fault => new Strike(at, fault))).ToList();
        await Parallel.ForEachAsync(strikes, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (strike, _) =>
        {
            var ending = await PlayAsync(new FaultPlan(strike));
            if (ending.State != undisturbed.State) failures.Enqueue($"{strike} {ending.Calls.ElementAtOrDefault(strike.At - 1)}\n{ending.State}");
        });
        Console.WriteLine($"fault points tried: import {strikes.Count} ({undisturbed.Calls.Count} calls undisturbed)");
        Assert.True(failures.IsEmpty, $"{failures.Count} of {strikes.Count} end otherwise.\nUndisturbed:\n{undisturbed.State}\n{string.Join('\n', failures.Take(3))}");
    }

    private static async Task<(string State, IReadOnlyList<string> Calls)> PlayAsync(FaultPlan plan)
    {
        await using var workspace = await Workspace.StartAsync(settings: SmallChunks);
        await workspace.TextAsync("+8613700000002", "你好");
        await workspace.PostAsync("/api/contacts", new { name = "四", phones = new[] { "+8613700000004" }, tags = new[] { "a" } });
        workspace.Suffer(plan);
        await AskUntilTakenAsync(workspace);
        for (var i = 0; i < 12; i++)
        {
            await workspace.DrainAsync();
            workspace.Time.Advance(TimeSpan.FromSeconds(31));
            await workspace.ReviveAsync();
        }

        workspace.Suffer(null);
        return (await StateAsync(workspace), plan.Calls);
    }

    // What a good client does that got no answer: the same again, under the same key.
    private static async Task AskUntilTakenAsync(Workspace workspace)
    {
        for (var i = 0; i < 6; i++)
        {
            try
            {
                if ((await workspace.ImportAsync(File, key: "one")).Status == 200) return;
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException)
            {
                // Nobody is there, or the answer broke off.
            }

            await workspace.ReviveAsync();
        }

        Assert.Fail("It was never taken.");
    }

    private static async Task<string> StateAsync(Workspace workspace)
    {
        var state = new StringBuilder();
        foreach (var import in await workspace.ListAsync("/api/contacts/imports"))
        {
            state.AppendLine($"{import.Word("state")} {import.GetProperty("rows")} rows: {import.GetProperty("created")} created, {import.GetProperty("updated")} updated, {import.GetProperty("unchanged")} unchanged, {import.GetProperty("refused")} refused");
            foreach (var row in await workspace.ListAsync($"/api/contacts/imports/{import.Word("id")}/refused")) state.AppendLine($"{row.GetProperty("row")} {row.Word("field")}");
        }

        var contacts = (await workspace.ListAsync("/api/contacts")).Select(contact => $"{contact.Word("name")} {contact.GetProperty("phones")} {contact.GetProperty("emails")} {contact.GetProperty("externalId")} {contact.GetProperty("tags")}");
        foreach (var contact in contacts.Order(StringComparer.Ordinal)) state.AppendLine(contact);
        foreach (var conversation in await workspace.ConversationsAsync()) state.AppendLine($"shown: {conversation.Word("contactName")}");
        foreach (var letter in await workspace.ListAsync("/api/dead-letters")) state.AppendLine($"dead: {letter}");
        workspace.Time.Advance(TimeSpan.FromDays(1));
        foreach (var message in await workspace.Store.DequeueAsync(Queues.Bulk, 32, TimeSpan.FromSeconds(1), default)) state.AppendLine($"queued: {message.Text}");
        return state.ToString();
    }
}
