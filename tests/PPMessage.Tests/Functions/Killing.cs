using Microsoft.Extensions.Time.Testing;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;

namespace PPMessage.Tests.Functions;

/// <summary>Kills a program again and again, and looks at what it has left in its own store.</summary>
internal static class Killing
{
    // One kill in six comes before the program has answered at all.
    private const int UnbornEvery = 6;

    private const int MostAtOnce = 32;

    /// <summary>Longer than anything is hidden, leased or doubted, one after the other.</summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(90);

    /// <summary>The program on its own store, on a port that stays the same from life to life.</summary>
    public static Task<HeadProcess> StartAsync(TwilioSandbox twilio, string dataDirectory)
    {
        var port = FreePorts.Next();
        var settings = PublishedWorkspace.Settings(twilio, new Uri($"http://127.0.0.1:{port}"));
        settings["PPMessage__DataDirectory"] = dataDirectory;
        settings["PPMessage__Flows__MessagesAnHour"] = "1000";
        settings["PPMessage__Campaigns__LookAgainSeconds"] = "1";
        settings["Logging__LogLevel__Default"] = "Warning";
        return HeadProcess.StandAloneAsync(settings, port);
    }

    /// <summary>Ends with a program that lives.</summary>
    /// <param name="live">Ends when the program is to die.</param>
    public static async Task RunAsync(HeadProcess head, int kills, Func<Task> live, Random random)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await live();
            head.Kill();
            if (random.Next(UnbornEvery) == 0) await head.StartAndKillAsync(TimeSpan.FromMilliseconds(random.Next(400)));
            await head.StartAgainAsync();
        }
    }

    /// <summary>
    /// The messages in the queue, hidden ones included, seen from beside the program: what a kill kept from its own deletion comes back when it was hidden
    /// long enough (3 s) or its lease ends (60 s; those of the dead end when the next one opens the store), at a poll (2 s).
    /// </summary>
    /// <param name="but">Not counting this kind of work: what waits for its time long after all is settled. Null: all counts.</param>
    public static long Waiting(string dataDirectory, string? but = null)
    {
        using var beside = new Database(Path.Combine(dataDirectory, "store.db"), cacheBytes: 64 * 1024);
        var others = but is null ? string.Empty : $" WHERE text NOT LIKE '%\\\"kind\\\":\\\"{but}\\\"%'";
        using var count = beside.Prepare($"SELECT count(*) FROM {Database.Quoted(MessageTable.NameOf(Queues.Work))}{others}");
        count.Step();
        return count.Number(0);
    }

    /// <summary>What an ended program has left in its queue, also what is hidden: the clock of this opening of the store is far ahead.</summary>
    public static async Task<IReadOnlyList<string>> LeftAsync(string dataDirectory)
    {
        await using var store = new EmbeddedStore(dataDirectory, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(30)));
        var left = new List<string>();
        while (await store.DequeueAsync(Queues.Work, MostAtOnce, TimeSpan.FromMinutes(1), default) is { Count: > 0 } messages) left.AddRange(messages.Select(message => message.Text));
        return left;
    }
}
