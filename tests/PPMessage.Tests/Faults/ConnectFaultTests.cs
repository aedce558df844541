using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Tests.Twilio;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>
/// Connecting and disconnecting with a fault at each call to the store and to the provider: whoever is not told <c>ok</c> asks again, and it ends as without a fault.
/// Only the audit line may be missing: it is written after the act.
/// </summary>
public sealed class ConnectFaultTests
{
    private const string Foreign = "https://elsewhere.example/sms";
    private const string App = "AP00000000000000000000000000000001";
    private const int MostTries = 4;

    [Fact]
    public Task Connecting_ends_the_same_whatever_goes_wrong() => ProveAsync("connect", _ => Task.CompletedTask, line => line.ConnectAsync(overwrite: true));

    [Fact]
    public Task Disconnecting_ends_the_same_whatever_goes_wrong() => ProveAsync("disconnect", line => line.ConnectAsync(overwrite: true), line => line.DisconnectAsync());

    [Fact]
    public async Task Who_dies_between_record_and_write_can_be_undone_all_the_same()
    {
        await using var workspace = await Workspace.StartAsync();
        var line = await LineAsync(workspace);
        var plan = new FaultPlan(new Strike(await PlaceOfWriteAsync(workspace), Fault.DiesBefore));
        workspace.Suffer(plan);
        Assert.False(await IsOkAsync(() => line.ConnectAsync(overwrite: true)));
        workspace.Suffer(null);
        await workspace.ReviveAsync();
        Assert.Equal(Foreign, line.Number.SmsUrl);
        Assert.NotNull(await RecordAsync(line));

        Assert.Equal(200, (await line.DisconnectAsync()).Status);

        Assert.Equal(Foreign, line.Number.SmsUrl);
        Assert.Null(await RecordAsync(line));
    }

    private static async Task ProveAsync(string name, Func<TwilioLine, Task> arrange, Func<TwilioLine, Task<Called>> act)
    {
        await using var workspace = await Workspace.StartAsync();
        var undisturbed = await PlayAsync(workspace, arrange, act);
        Assert.Contains(FaultySetup.Write, undisturbed.Calls);
        var points = 0;
        for (var at = 1; at <= undisturbed.Calls.Count; at++)
            foreach (var fault in Enum.GetValues<Fault>())
            {
                var disturbed = await PlayAsync(workspace, arrange, act, new Strike(at, fault));
                Assert.True(undisturbed.State == disturbed.State, $"{fault} at {at} ({disturbed.Calls[at - 1]}):\n{undisturbed.State}\n{disturbed.State}");
                points++;
            }

        Console.WriteLine($"fault points tried: {name} {points} ({undisturbed.Calls.Count} calls undisturbed)");
    }

    private static async Task<(string State, IReadOnlyList<string> Calls)> PlayAsync(
        Workspace workspace, Func<TwilioLine, Task> arrange, Func<TwilioLine, Task<Called>> act, params IReadOnlyList<Strike> strikes)
    {
        var line = await LineAsync(workspace);
        await arrange(line);
        var plan = new FaultPlan(strikes);
        workspace.Suffer(plan);
        for (var i = 1; !await IsOkAsync(() => act(line)); i++)
        {
            Assert.True(i < MostTries, $"{string.Join(", ", strikes)}: it was never ok.");
            await workspace.ReviveAsync();
        }

        workspace.Suffer(null);
        await workspace.ReviveAsync();
        return ($"{Shown(line)} {await RecordAsync(line)}", plan.Calls);
    }

    private static async Task<TwilioLine> LineAsync(Workspace workspace)
    {
        var line = await TwilioLine.MakeAsync(workspace);
        line.Join(service => service with { InboundRequestUrl = Foreign });
        line.Put((SandboxNumber number) => number with { SmsUrl = Foreign, SmsApplicationSid = App });
        return line;
    }

    private static string Shown(TwilioLine line)
    {
        var (number, service) = (line.Number, line.Workspace.Twilio.Service(line.Number.MessagingServiceSid!)!);
        return $"{number.SmsUrl} {number.SmsFallbackUrl} {number.SmsApplicationSid} {service.InboundRequestUrl} {service.UseInboundWebhookOnNumber}".Replace(line.Wanted, "ours", StringComparison.Ordinal);
    }

    /// <summary>What is recorded of it, without the time; null: nothing.</summary>
    private static async Task<string?> RecordAsync(TwilioLine line)
    {
        if (await line.Workspace.Store.ReadAsync(Tables.Config, "connection", line.ChannelId, default) is not { } row) return null;
        var places = JsonDocument.Parse(row.Document).RootElement.GetProperty("places").GetRawText();
        return places.Replace(line.Wanted, "ours", StringComparison.Ordinal).Replace(line.AccountSid[2..], "…", StringComparison.Ordinal);
    }

    private static async Task<int> PlaceOfWriteAsync(Workspace workspace)
    {
        var line = await LineAsync(workspace);
        var plan = new FaultPlan();
        workspace.Suffer(plan);
        await line.ConnectAsync(overwrite: true);
        workspace.Suffer(null);
        return plan.Calls.ToList().IndexOf(FaultySetup.Write) + 1;
    }

    /// <returns>False also when nobody answered.</returns>
    private static async Task<bool> IsOkAsync(Func<Task<Called>> act)
    {
        try
        {
            return await act() is { Status: 200 } done && done.Json.GetProperty("ok").GetBoolean();
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            return false;
        }
    }
}
