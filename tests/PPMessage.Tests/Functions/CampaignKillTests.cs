using PPMessage.Local;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>
/// The published program is killed (SIGKILL) three times in the middle of a campaign: nobody gets it twice, nobody is left out, and the numbers add up. Contacts:
/// <c>PPMESSAGE_KILLED_CONTACTS</c> (default 2,000, on Azurite 300).
/// </summary>
public sealed class CampaignKillTests(ITestOutputHelper output) : IDisposable
{
    private const string Contacts = "PPMESSAGE_KILLED_CONTACTS";
    private const int Kills = 3;

    // For each thousand contacts, on slow machines.
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(30);

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_campaign_reaches_everybody_once_after_three_kills()
    {
        await using var twilio = await TwilioSandbox.StartAsync();
        await using var head = await Killing.StartAsync(twilio, _data.Path);
        await ProveAsync(await PublishedWorkspace.MakeAsync(twilio, head.Client), head.Client, CampaignLoad.Number(Contacts, 2000), head);
    }

    [Fact]
    public async Task On_Azure_storage_it_does_so_after_three_kills_of_one_of_two_instances()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is { Length: > 0 } || await AzuriteInstall.HasNodeAsync(CancellationToken.None), "Node.js is not installed, so Azurite can't run.");
        await using var azurite = await Azurite.StartAsync(null, CancellationToken.None);
        await using var twilio = await TwilioSandbox.StartAsync();
        var port = FreePorts.Next();
        await using var lives = await HeadProcess.StandAloneAsync(Settings(twilio, azurite, port), port);
        var workspace = await PublishedWorkspace.MakeAsync(twilio, lives.Client);
        await using var dies = await HeadProcess.StandAloneAsync(Settings(twilio, azurite, port));
        await ProveAsync(workspace, lives.Client, CampaignLoad.Number(Contacts, 300), dies);
    }

    private async Task ProveAsync(PublishedWorkspace workspace, HttpClient client, int contacts, HeadProcess dies)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var (load, random, patience) = (new CampaignLoad(workspace, client, contacts), new Random(seed), Killing.Recovery + (Slowness * (contacts / 1000)));
        await load.ImportAsync();
        var begin = TimeProvider.System.GetTimestamp();
        await load.StartAsync();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.LiveAsync(contacts * kill / (Kills + 1), random, patience);
            dies.Kill();
            await dies.StartAgainAsync();
        }

        var run = await load.FinishAsync(patience);
        var (time, cutOff) = (TimeProvider.System.GetElapsedTime(begin), CampaignLoad.NotSent(run));
        if (cutOff > 0)
        {
            await load.RetryFailedAsync();
            run = await load.FinishAsync(patience);
        }

        // To the console: an output helper's lines of a passed test are not shown.
        Console.WriteLine($"campaign to {contacts} with {Kills} kills: {time.TotalSeconds:0.0} s, {contacts / time.TotalSeconds:0} a second, {cutOff} cut off and sent by a person's order");
        load.IsSentOnce(run);
        Assert.Equal(contacts, (await load.StatesAsync()).Where(state => state.Key is "sent" or "delivered").Sum(state => state.Value));
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
    }

    private static Dictionary<string, string?> Settings(TwilioSandbox twilio, Azurite azurite, int port) => new(PublishedWorkspace.Settings(twilio, new Uri($"http://127.0.0.1:{port}")))
    {
        ["PPMessage__Storage"] = "azure",
        ["AzureWebJobsStorage"] = azurite.ConnectionString,
        ["Logging__LogLevel__Default"] = "Warning",
        ["PPMessage__Timing__InLine"] = "00:00:02",
        ["PPMessage__Timing__ProviderCall"] = "00:00:03",
        ["PPMessage__Timing__Hidden"] = "00:00:04",
        ["PPMessage__Timing__Claim"] = "00:00:05",
        ["PPMessage__Timing__Lease"] = "00:00:12",
        ["PPMessage__Campaigns__LookAgainSeconds"] = "1",
    };
}
