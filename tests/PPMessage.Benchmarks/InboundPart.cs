using System.Diagnostics;

namespace PPMessage.Benchmarks;

/// <summary>How many texts or mails a second become durable and visible, and how long the provider waits for the answer; beside the bare store, turn by turn.</summary>
internal static class InboundPart
{
    /// <summary>Known when the measuring begins.</summary>
    public const int Senders = 2_000;

    public static async Task RunAsync(IPlace place, Choice choice, Traffic traffic)
    {
        await using (place)
        {
            await using var head = await HeadProcess.StartAsync(place.Settings);
            await RunAsync(place, choice, traffic, await Workspace.MakeAsync(head));
        }
    }

    /// <param name="workspace">Of an app that runs on the place.</param>
    public static async Task RunAsync(IPlace place, Choice choice, Traffic traffic, Workspace workspace)
    {
        var calls = await traffic.Calls();
        var head = workspace.Head;
        var load = new InboundLoad(Senders / place.Slower);
        var accepted = load.First().ConvertAll(text => traffic.As(text));
        await LoadClient.RunAsync(head.Port, [.. accepted.Select(text => traffic.Request(workspace, text))], choice.InFlight);
        Head($"Inbound {traffic.Unit} on the {place.Name} store, {choice.InFlight} in flight", traffic);
        var ratios = new List<double>();
        for (var round = 1; round <= choice.Rounds; round++)
        {
            var texts = load.Next(choice.Messages / place.Slower).ConvertAll(text => traffic.As(text));
            accepted.AddRange(texts);
            var turn = await TurnAsync(workspace, texts, choice.InFlight, traffic);
            var bare = await place.OnBareStoreAsync(store => new BareInbound(store, calls).RunAsync(texts.Count, Senders / place.Slower, choice.InFlight));
            ratios.Add(turn.Measured.Rate / bare.Measured.Rate);
            Row($"{round}", turn, bare);
        }

        Console.WriteLine($"\nMedian: {Table.Percent(Measured.Median(ratios))} of the bare store. All {accepted.Count} were accepted; ");
        await Visible.CheckAsync(workspace, accepted);
        Console.WriteLine("each is in one conversation, once, and each conversation is in the list, once.");
    }

    public static void Head(string title, Traffic traffic) => Table.Head(
        title, "round", $"{traffic.Unit}/s", "p50 ms", "p99 ms", "bare/s", "bare p99 ms", "of bare", $"app CPU µs/{traffic.Unit}", $"bare CPU µs/{traffic.Unit}", $"client CPU µs/{traffic.Unit}");

    public static void Row(string name, Turn turn, Turn? bare) => Table.Row(
        name, Table.Number(turn.Measured.Rate), Table.Number(turn.Measured.P50, 1), Table.Number(turn.Measured.P99, 1),
        bare is null ? "" : Table.Number(bare.Measured.Rate), bare is null ? "" : Table.Number(bare.Measured.P99, 1), bare is null ? "" : Table.Percent(turn.Measured.Rate / bare.Measured.Rate),
        Table.Number(turn.AppCpu), bare is null ? "" : Table.Number(bare.AppCpu), Table.Number(turn.ClientCpu));

    public static async Task<Turn> TurnAsync(Workspace workspace, IReadOnlyList<Sms> texts, int inFlight, Traffic traffic)
    {
        var requests = texts.Select(text => traffic.Request(workspace, text)).ToList();
        using var self = Process.GetCurrentProcess();
        var (app, client) = (workspace.Head.CpuTime, self.TotalProcessorTime);
        var measured = await LoadClient.RunAsync(workspace.Head.Port, requests, inFlight);
        self.Refresh();
        return new Turn(measured, Each(workspace.Head.CpuTime - app, texts.Count), Each(self.TotalProcessorTime - client, texts.Count));
    }

    public static double Each(TimeSpan time, int count) => time.TotalMicroseconds / count;
}

/// <param name="AppCpu">µs of CPU each, in the app.</param>
/// <param name="ClientCpu">The same in this program.</param>
internal sealed record Turn(Measured Measured, double AppCpu, double ClientCpu);
