using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;

namespace PPMessage.Benchmarks;

/// <summary>Whether a full store is slower than an empty one: the same load before and after many messages were taken in by the app's own code.</summary>
internal static class FilledPart
{
    /// <summary>Of one sender, on average.</summary>
    private const int MessagesOfOne = 10;

    private const int AtOnce = 256;

    public static async Task RunAsync(Choice choice)
    {
        await using var place = new EmbeddedPlace();
        var load = new InboundLoad(InboundPart.Senders);
        var accepted = load.First();
        InboundPart.Head($"Inbound SMS, empty and with {Table.Number(choice.Filled)} messages stored", Traffic.Texts);
        var empty = await MeasureAsync(place, load, accepted, "empty", choice, make: true);
        var begin = Stopwatch.GetTimestamp();
        await FillAsync(place, choice.Filled);
        var filling = Stopwatch.GetElapsedTime(begin);
        var full = await MeasureAsync(place, load, accepted, "filled", choice, make: false);
        var size = new FileInfo(Path.Combine(place.AppDirectory, "store.db")).Length / 1e6;
        Console.WriteLine($"\nFilled: {Table.Percent(full / empty)} of empty. Filling took {Table.Number(filling.TotalSeconds)} s; the file has {Table.Number(size)} MB.");
    }

    private static async Task<double> MeasureAsync(EmbeddedPlace place, InboundLoad load, List<Sms> accepted, string name, Choice choice, bool make)
    {
        await using var head = await HeadProcess.StartAsync(place.Settings, port: Port);
        Port = head.Port;
        if (make) Made = await Workspace.MakeAsync(head);
        var workspace = Made!.On(head);
        if (make) await LoadClient.RunAsync(head.Port, [.. accepted.Select(workspace.Inbound)], choice.InFlight);
        else await TurnAsync(workspace, load, accepted, InboundPart.Senders, choice);
        var turns = new List<Turn>();
        for (var round = 0; round < choice.Rounds; round++) turns.Add(await TurnAsync(workspace, load, accepted, choice.Messages, choice));
        foreach (var turn in turns) InboundPart.Row(name, turn, null);
        await Visible.CheckAsync(workspace, accepted);
        return Measured.Median(turns.Select(turn => turn.Measured.Rate));
    }

    private static Task<Turn> TurnAsync(Workspace workspace, InboundLoad load, List<Sms> accepted, int count, Choice choice)
    {
        var texts = load.Next(count);
        accepted.AddRange(texts);
        return InboundPart.TurnAsync(workspace, texts, choice.InFlight, Traffic.Texts);
    }

    private static async Task FillAsync(EmbeddedPlace place, int messages)
    {
        await using var store = new EmbeddedStore(place.AppDirectory, TimeProvider.System);
        var services = new ServiceCollection().AddLogging().AddPPMessage(new ConfigurationBuilder().Build(), underFunctionsHost: false);
        await using var provider = services.AddSingleton<IStore>(new GuardedStore(store)).BuildServiceProvider();
        var inbound = provider.GetRequiredService<InboundRoot>();
        var channel = (await provider.GetRequiredService<ChannelDirectory>().AllAsync(default)).First(channel => channel.Kind == "sms");
        var senders = messages / MessagesOfOne;
        await Parallel.ForAsync(0, messages, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellation) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var sms = new Sms($"MM{i:x32}", $"+1{4_000_000_000L + (i % senders)}", "Hello, is my order on its way? It was number 20451 and should have come on Tuesday.");
            var message = new InboundMessage { ChannelId = channel.Id, ProviderId = sms.Sid, From = sms.From, To = Local.Sandbox.Demo.Number, Text = sms.Text, ReceivedAt = now, Raw = new Dictionary<string, string>(StringComparer.Ordinal) { ["MessageSid"] = sms.Sid, ["From"] = sms.From, ["Body"] = sms.Text } };
            await inbound.ActAsync(channel, new InboundWork(message, Ids.NewUlid(now)), cancellation);
        });
    }

    private static int? Port { get; set; }

    private static Workspace? Made { get; set; }
}
