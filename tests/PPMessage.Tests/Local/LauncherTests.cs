using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using PPMessage.Local;
using PPMessage.Tests.Functions;
using Xunit;

namespace PPMessage.Tests.Local;

public sealed class LauncherTests : IDisposable
{
    private const string MiasPhone = "/sandbox/phones/+14155550101";

    private readonly TempFolder _data = new();
    private readonly LocalPorts _ports = LocalPorts.Free();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_demo_is_made_once_and_its_texts_are_answered_also_after_a_restart()
    {
        string page;
        using (var first = await LocalProcess.ReadyAsync(_data.Path, _ports))
        {
            page = first.Output;
            await TextAndAnswerAsync(first, messages: 3);
            first.Terminate();
            Assert.Equal(Launcher.Ended, await first.ExitCodeAsync());
        }

        using var second = await LocalProcess.ReadyAsync(_data.Path, _ports);
        Assert.Equal(page, second.Output);
        Assert.Equal((2, 2, 7), (await CountAsync(second, "channels"), await CountAsync(second, "agents"), await CountAsync(second, "contacts")));
        await TextAndAnswerAsync(second, messages: 6);
    }

    [Fact]
    public async Task The_demos_agents_can_work_with_the_tokens_that_are_printed()
    {
        using var local = await LocalProcess.ReadyAsync(_data.Path, _ports);
        var tokens = local.Output.Split('\n').Where(line => line.StartsWith("Agent's token", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);

        foreach (var token in tokens.ToList())
        {
            local.App.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using var me = await local.App.GetAsync("/api/agents/me");
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        }

        Assert.Equal(2, tokens.Count());
    }

    [Fact]
    public async Task Who_starts_empty_gets_to_two_working_channels_by_the_printed_lines_and_sees_what_is_wrong_of_them()
    {
        using var local = await LocalProcess.ReadyAsync(_data.Path, _ports, "--empty");
        Assert.Equal((0, 0, 0), (await CountAsync(local, "channels"), await CountAsync(local, "agents"), await CountAsync(local, "contacts")));
        var guide = local.Output[local.Output.IndexOf("APP=", StringComparison.Ordinal)..];
        var answers = await BashAsync(guide);

        // Made by the line itself; then check, connect, activate.
        Assert.Equal(["fail", "connected", "active"], Told(answers[..3]));
        Assert.Equal(["fail", "connected", "active"], Told(answers[3..6]));
        Assert.Equal(2, answers[8].GetProperty("items").GetArrayLength());
        Assert.Contains(answers[11].GetProperty("checks").EnumerateArray(), check => check.ToString().Contains("elsewhere.example", StringComparison.Ordinal));
        Assert.Contains(answers[12].GetProperty("checks").EnumerateArray(), check => check.GetProperty("status").GetString() == "fail" && check.ToString().Contains("mxbiz1.qq.com", StringComparison.Ordinal));
        Assert.Equal(409, answers[13].GetProperty("status").GetInt32());
        Assert.Equal(["pass", "connected"], Told(answers[15..]));
    }

    [Fact]
    public async Task The_demos_mailbox_gets_an_answer_in_its_own_thread()
    {
        using var local = await LocalProcess.ReadyAsync(_data.Path, _ports);
        const string mailbox = "/sandbox/mailboxes/mia@example.com";
        using var mail = await local.MailSandbox.PostAsJsonAsync($"{mailbox}/mails", new { to = "support@mg.example.com", subject = "Order 1001", text = "Hello, when will it arrive?" });
        Assert.Equal(200, (int)(await mail.Content.ReadFromJsonAsync<JsonObject>())!["items"]![0]!["statusCode"]!);
        var open = Assert.Single(await ListAsync(local.App, "/api/conversations?q=mia%40example.com"));
        Assert.Equal(("Mia Brown", "Order 1001"), ((string?)open!["contactName"], (string?)open["subject"]));
        var question = Assert.Single(await ListAsync(local.App, $"/api/conversations/{open["id"]}/messages"));

        using var answer = await local.App.PostAsJsonAsync($"/api/conversations/{open["id"]}/messages", new { text = "Tomorrow, before noon." });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        for (var i = 0; i < 100 && (await ListAsync(local.MailSandbox, $"{mailbox}/received")).Count == 0; i++) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        var received = Assert.Single(await ListAsync(local.MailSandbox, $"{mailbox}/received"));
        Assert.Equal(((string?)question!["providerId"], "Re: Order 1001"), ((string?)received!["inReplyTo"], (string?)received["subject"]));
    }

    [Fact]
    public async Task What_was_killed_goes_on_where_it_was()
    {
        using (var first = await LocalProcess.ReadyAsync(_data.Path, _ports))
        {
            await TextAndAnswerAsync(first, messages: 3);
            first.Kill();
            await first.ExitCodeAsync();
        }

        using var second = await LocalProcess.ReadyAsync(_data.Path, _ports);
        await TextAndAnswerAsync(second, messages: 6);
    }

    [Fact]
    public async Task Clean_starts_afresh()
    {
        using (var first = await LocalProcess.ReadyAsync(_data.Path, _ports))
        {
            await TextAndAnswerAsync(first, messages: 3);
            first.Terminate();
            await first.ExitCodeAsync();
        }

        using var second = await LocalProcess.ReadyAsync(_data.Path, _ports, "--clean");
        Assert.Equal(0, await CountAsync(second, "conversations"));
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--sandbox-port")]
    [InlineData("--mail-sandbox-port")]
    public async Task A_port_that_is_taken_is_told_with_the_option_that_changes_it(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, option switch { "--port" => _ports.App, "--sandbox-port" => _ports.Sandbox, _ => _ports.MailSandbox });
        other.Start();

        using var local = LocalProcess.Start(_data.Path, _ports);

        Assert.Equal(Launcher.Failed, await local.ExitCodeAsync());
        Assert.Contains($"choose another one with {option} <number>", local.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_data.Path));
    }

    [Fact]
    public async Task A_port_of_the_DNS_server_that_is_taken_is_told_with_the_option_that_changes_it()
    {
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, _ports.Dns));

        using var local = LocalProcess.Start(_data.Path, _ports);

        Assert.Equal(Launcher.Failed, await local.ExitCodeAsync());
        Assert.Contains("choose another one with --dns-port <number>", local.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_launcher_on_the_same_data_is_told_so_and_the_first_goes_on()
    {
        using var first = await LocalProcess.ReadyAsync(_data.Path, _ports);

        using var second = LocalProcess.Start(_data.Path, LocalPorts.Free(), "--clean");

        Assert.Equal(Launcher.Failed, await second.ExitCodeAsync());
        Assert.Contains("Another PPMessage.Local uses", second.Output, StringComparison.Ordinal);
        await TextAndAnswerAsync(first, messages: 3);
    }

    [Fact]
    public async Task An_unknown_option_is_refused_by_name()
    {
        using var local = LocalProcess.Start(_data.Path, _ports, "--sotrage", "azurite");

        Assert.Equal(Launcher.Misused, await local.ExitCodeAsync());
        Assert.Contains("'--sotrage'", local.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_dotnet_run_is_killed_the_launcher_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        using var dotnet = LocalProcess.StartByDotnetRun(_data.Path, _ports);
        await dotnet.ReadyAsync();
        var launchers = ProcessTree.ChildrenOf(dotnet.Id);
        Assert.NotEmpty(launchers);

        dotnet.Kill();

        await Eventually.TrueAsync(() => !launchers.Any(ProcessTree.IsAlive), "the launcher ends");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_Azurite_it_works_the_same_and_leaves_no_process_however_it_ends(bool killed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is { Length: > 0 } || await AzuriteInstall.HasNodeAsync(CancellationToken.None), "Node.js is not installed, so Azurite can't run.");
        using var local = await LocalProcess.ReadyAsync(_data.Path, _ports, "--storage", "azurite");
        await TextAndAnswerAsync(local, messages: 3);
        var children = ProcessTree.ChildrenOf(local.Id);
        Assert.NotEmpty(children);

        if (killed) local.Kill();
        else local.Terminate();
        await local.ExitCodeAsync();

        await Eventually.TrueAsync(() => !children.Any(ProcessTree.IsAlive), "Azurite ends");
    }

    private static IEnumerable<string> Told(IEnumerable<JsonElement> answers) => answers.Select(answer =>
        answer.TryGetProperty("changes", out _) ? (answer.GetProperty("ok").GetBoolean() ? "connected" : "not connected")
        : answer.TryGetProperty("checks", out _) ? (answer.GetProperty("ok").GetBoolean() ? "pass" : "fail")
        : answer.GetProperty("active").GetBoolean() ? "active" : "not active");

    /// <summary>Each line of the output is an answer.</summary>
    private static async Task<JsonElement[]> BashAsync(string lines)
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/curl") && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "curl is not installed.");
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", lines]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal(0, bash.ExitCode);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    // What the printed curl lines do.
    private static async Task TextAndAnswerAsync(LocalProcess local, int messages)
    {
        using var text = await local.Sandbox.PostAsJsonAsync($"{MiasPhone}/texts", new { to = "+15005550006", text = "Hello" });
        Assert.Equal(200, (int)(await text.Content.ReadFromJsonAsync<JsonObject>())!["statusCode"]!);
        var open = await ListAsync(local.App, "/api/conversations?status=open");
        Assert.Equal("Mia Brown", (string?)Assert.Single(open)!["contactName"]);

        using var answer = await local.App.PostAsJsonAsync($"/api/conversations/{open[0]!["id"]}/messages", new { text = $"Answer {messages}" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);

        // The answer is given when the send is durable; the phone gets it soon after.
        for (var i = 0; i < 100 && !(await ListAsync(local.Sandbox, $"{MiasPhone}/received")).Any(got => (string?)got!["text"] == $"Answer {messages}"); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.Contains($"Answer {messages}", JsonSerializer.Serialize(await ListAsync(local.Sandbox, $"{MiasPhone}/received")), StringComparison.Ordinal);
        Assert.Equal(messages, (int)(await ListAsync(local.App, "/api/conversations"))[0]!["messageCount"]!);
    }

    private static async Task<int> CountAsync(LocalProcess local, string what) => (await ListAsync(local.App, $"/api/{what}")).Count;

    private static async Task<JsonArray> ListAsync(HttpClient client, string path) => (await client.GetFromJsonAsync<JsonObject>(path))!["items"]!.AsArray();
}
