using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>Of flows and scripts that nobody has thought of: what the simulator says of one is what then happens.</summary>
public sealed class RandomFlowsTests(ITestOutputHelper output)
{
    /// <summary>How many flows, for a long hunt; and from which seed on, for one that was found.</summary>
    private const string CountSetting = "PPMESSAGE_RANDOM_FLOWS";
    private const string FirstSetting = "PPMESSAGE_RANDOM_FLOWS_FROM";
    private const int UsualCount = 80;

    private const int MostTold = 5;

    // A workspace has at most 500 flows, and here each case makes two.
    private const int InOneWorld = 200;

    /// <summary>Kinds of steps with their outcomes, and reasons to be over, that so many random flows come to: else the test says little.</summary>
    private static readonly string[] Expected =
    [
        "ask:answered", "ask:one", "ask:two", "ask:timeout", "ask:invalid", "ask:failed", "send:sent", "send:suppressed", "wait:elapsed", "wait:replied", "wait:agent", "branch:yes", "branch:else",
        "match:matched", "match:no_match", "set:done", "assign:assigned", "assign:nobody", "note:noted", "resolve:resolved", "split:a", "split:b", "http:ok", "http:refused", "http:failed",
        "subflow:returned", "completed", "failed", "taken_over", "opted_out",
    ];

    private readonly HashSet<string> _seen = [];
    private readonly List<string> _differences = [];

    private int _leftOut;

    [Fact]
    public async Task Whatever_flow_is_made_up_it_happens_as_it_was_simulated()
    {
        var (first, count) = (Setting(FirstSetting, 1), Setting(CountSetting, UsualCount));
        for (var done = 0; done < count; done += InOneWorld) await CompareAsync(Enumerable.Range(first + done, Math.Min(InOneWorld, count - done)));
        output.WriteLine($"{count} flows, {_leftOut} left out. Seen: {string.Join(' ', _seen.Order(StringComparer.Ordinal))}");
        Assert.True(_differences.Count == 0, string.Join("\n\n", _differences));
        if (count < UsualCount) return;
        Assert.Empty(Expected.Except(_seen));
        Assert.True(_leftOut * 10 < count, $"{_leftOut} were left out.");
    }

    private async Task CompareAsync(IEnumerable<int> seeds)
    {
        await using var world = await RandomWorld.StartAsync();
        foreach (var seed in seeds.TakeWhile(_ => _differences.Count < MostTold)) await TryAsync(world, RandomCase.Of(seed, world));
    }

    // Whatever goes wrong, it is told with its seed: also a definition that is refused, for none should be.
    private async Task TryAsync(RandomWorld world, RandomCase one)
    {
        try
        {
            await CompareAsync(world, one);
        }
        catch (Exception e)
        {
            _differences.Add($"Seed {one.Seed}: {e}\nThe flow: {Readable(one.Flow)}\nIt calls: {Readable(one.Called)}\nThe events: {Readable(one.Events)}");
        }
    }

    private async Task CompareAsync(RandomWorld world, RandomCase one)
    {
        var called = await world.Workspace.PublishAsync(Readable(one.Called));
        var definition = Readable(one.Flow).Replace(RandomCase.CalledId, called, StringComparison.Ordinal);
        var flow = await world.Workspace.PublishAsync(definition);
        var phone = Workspaces.Calls.NewPhone();
        one.Contact["phones"] = new JsonArray(phone);
        var contact = (await world.Workspace.PostAsync("/api/contacts", one.Contact)).Word("id");
        await world.RuleAsync(one.Rule);
        await world.GoToAsync(one.IntoWeek);
        var script = one.Script(contact, one.Past is null ? null : await world.LetBeAsync(one.Past, phone));
        world.Prepare($"{one.Seed}", script.GetProperty("events"));

        var simulated = await world.Workspace.PostAsync($"/api/flows/{flow}/simulate", script, HttpStatusCode.OK);
        Remember(simulated);
        if (IsLeftOut(simulated)) return;
        var happened = await new RealPlay(world.Workspace, phone, world.Agents).PlayAsync(flow, script);
        var difference = happened is null ? "  no run was started" : Likeness.Difference(Likeness.Of(simulated), Likeness.Of(happened));
        if (difference is not null) _differences.Add($"Seed {one.Seed}, rule {one.Rule}:\n{difference}\nThe flow: {definition}\nIt calls: {Readable(one.Called)}\nThe script: {Readable(script)}");
    }

    private void Remember(JsonElement simulated)
    {
        foreach (var entry in simulated.GetProperty("trace").EnumerateArray().Where(entry => entry.GetProperty("outcome").ValueKind == JsonValueKind.String))
            _seen.Add($"{entry.Word("type")}:{entry.Word("outcome")}");
        _seen.Add(simulated.GetProperty("reason").GetString() ?? simulated.Word("state"));
    }

    // The simulator says of itself that it goes on where in reality another conversation begins.
    private bool IsLeftOut(JsonElement simulated)
    {
        var isOtherOne = simulated.GetProperty("warnings").EnumerateArray().Any(warning => warning.GetString()!.Contains("when the conversation is resolved", StringComparison.Ordinal));
        if (isOtherOne) _leftOut++;
        return isOtherOne;
    }

    private static string Readable<T>(T json) => JsonSerializer.Serialize(json, ReadableJson.Of(JsonSerializerOptions.Default));

    private static int Setting(string name, int fallback) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : fallback;
}
