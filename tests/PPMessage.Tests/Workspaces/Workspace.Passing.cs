using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Workspaces;

/// <summary>What happens while time passes: the queue, the timers, and Twilio's callbacks. A process that dies of it is followed by another.</summary>
internal sealed partial class Workspace
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(31);
    private static readonly TimeSpan BetweenCatchUps = TimeSpan.FromMinutes(5);

    // More than the 50 ms that the sandboxes wait between two steps.
    private static readonly TimeSpan SandboxStep = TimeSpan.FromMilliseconds(60);

    // Enough for the longest delay that a test asks for (1.1 s); from then on the clock goes slower than the wall's, since a callback on its way
    // through a busy machine must not run out of the 4 s that it has.
    private const int QuickSteps = 20;

    private static readonly TimeSpan SettlingPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(55);

    private readonly HashSet<(string Url, string? State)> _repeated = [];

    /// <summary>As host.json's and the pump's, unless everything is shorter here.</summary>
    private TimeSpan RetryAfter => Timing.Hidden < TimeSpan.FromSeconds(5) ? Timing.Hidden : TimeSpan.FromSeconds(5);

    private IStore AppStore => Services.GetRequiredService<IStore>();

    /// <summary>Works the queues as the pumps do, until nothing is visible.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> DrainAsync()
    {
        var any = false;
        while (await DrainAsync(Queues.Work) | await DrainAsync(Queues.Bulk)) any = true;
        return any;
    }

    private async Task<bool> DrainAsync(string queue)
    {
        var any = false;
        // By the bare store: a poll that goes wrong leaves messages hidden until their lease ends, as a death in the middle of the work does.
        while (await Store.DequeueAsync(queue, 16, Timing.Hidden, default) is { Count: > 0 } messages)
        {
            any = true;
            // What the dead had taken stays hidden until its lease ends.
            foreach (var message in messages)
                if (!await WorkAsync(queue, message)) break;
        }

        return any;
    }

    /// <summary>Lets time pass in steps, with all that happens in it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            await HappenAsync();
            if (passed.Ticks % BetweenCatchUps.Ticks < Step.Ticks && passed > BetweenCatchUps) await CatchUpAsync();
            Time.Advance(Step);
        }

        await HappenAsync();
    }

    /// <summary>Works a queue that goes by the clock on the wall until nothing has come for longer than anything is hidden in it.</summary>
    public async Task WaitForQueueAsync()
    {
        var quiet = TimeSpan.FromSeconds(Math.Ceiling(Timing.Hidden.TotalSeconds)) + TimeSpan.FromMilliseconds(500);
        for (var since = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(since) < quiet;)
        {
            if (await HappenAsync()) since = TimeProvider.System.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Lets the sandbox say what became of the messages that it has, all of it; fails when that takes longer than 20 s.</summary>
    public Task TwilioTellsAsync() => SettleAsync(Twilio.SettleAsync());

    /// <summary>Lets the clock go on, a step each 20 ms of real time, until that is done; fails just before an HTTP client of the tests would.</summary>
    public async Task GoOnUntilAsync(Task done, TimeSpan step)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); !done.IsCompleted; Time.Advance(step))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, $"It was not done after {Patience.TotalSeconds} s.");
            await Task.WhenAny(done, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }
    }

    private async Task SettleAsync(Task settled)
    {
        var begin = TimeProvider.System.GetTimestamp();
        for (var step = 0; !settled.IsCompleted; step++)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < SettlingPatience, $"The sandbox had not told everything after {SettlingPatience.TotalSeconds} s.");
            Time.Advance(SandboxStep);
            await Task.WhenAny(settled, Task.Delay(TimeSpan.FromMilliseconds(step < QuickSteps ? 10 : 500), TimeProvider.System));
        }

        await settled;
    }

    /// <summary>The timer's job.</summary>
    public async Task CatchUpAsync()
    {
        try
        {
            await Services.GetServices<ITimerJob>().Single(job => job.Name == "CatchUp").RunAsync(default);
        }
        catch (Exception e) when (e is StoreException or ProcessDiedException)
        {
            // The timer's next firing does it.
        }

        await ReviveAsync();
    }

    /// <inheritdoc cref="Repeating.RepeatAsync"/>
    public Task<HttpStatusCode?> RepeatAsync(CallbackRecord call) => _plain.RepeatAsync(call);

    /// <returns>Whether there was anything in the queue.</returns>
    private async Task<bool> HappenAsync()
    {
        var any = await DrainAsync();
        await TwilioTellsAsync();
        await MailgunTellsAsync();
        await ReviveAsync();
        await RepeatRefusedAsync();
        await RepeatRefusedMailAsync();
        return any;
    }

    /// <returns>False when the process has died of it.</returns>
    private async Task<bool> WorkAsync(string queue, QueueMessage message)
    {
        try
        {
            var done = await Services.GetRequiredService<WorkRunner>().RunAsync(message.Text, message.DequeueCount, default);
            if (done) await AppStore.DeleteAsync(queue, message.Receipt, default);
            else await AppStore.HideAsync(queue, message.Receipt, RetryAfter, default);
        }
        catch (Exception e) when (e is StoreException or ProcessDiedException)
        {
            // It comes again when its lease ends.
        }

        var isDead = _life.IsDead;
        await ReviveAsync();
        return !isDead;
    }

    // Status callbacks that nobody took: our URL asks Twilio to try again.
    private async Task RepeatRefusedAsync()
    {
        var refused = Twilio.Callbacks.Where(call => call.Kind == "status").GroupBy(call => (call.Url, call.Field("MessageStatus"))).Where(calls => calls.All(call => call.Error is not null));
        foreach (var calls in refused.Where(calls => !_repeated.Contains(calls.Key)).ToList())
        {
            if (await RepeatAsync(calls.First()) is HttpStatusCode.NoContent) _repeated.Add(calls.Key);
            await ReviveAsync();
        }
    }
}
