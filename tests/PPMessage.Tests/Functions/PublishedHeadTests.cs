using System.Net;
using System.Net.Sockets;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>The published program in the hands of the (fake) Functions host, and alone.</summary>
public sealed class PublishedHeadTests : IDisposable
{
    private static readonly UriCreationOptions ByteForByte = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly TempFolder _data = new();

    private Dictionary<string, string?> Settings => new()
    {
        ["PPMessage__AdminKey"] = "a-key-for-these-tests",
        ["PPMessage__DataDirectory"] = _data.Path,
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
    };

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_host_reaches_it_on_its_port_whatever_ASPNETCORE_URLS_says()
    {
        await using var host = await FakeFunctionsHost.StartAsync(new Dictionary<string, string?>(Settings) { ["ASPNETCORE_URLS"] = "http://127.0.0.1:1" });
        using var answer = await host.Client.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/Work")]
    [InlineData("/api/../Work")]
    [InlineData("/api/%2e%2e/Work")]
    [InlineData("/api//Work")]
    [InlineData("/Api")]
    [InlineData("/Hooks")]
    public async Task Nobody_outside_reaches_a_function_by_its_name(string path)
    {
        await using var host = await FakeFunctionsHost.StartAsync(Settings);
        using var request = FakeHostCall.Request("x", FakeHostCall.Queue("Work", "item", "x", 1, "id", TimeProvider.System.GetUtcNow()));
        request.RequestUri = new Uri($"{host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}{path}", ByteForByte);
        using var answer = await host.Client.SendAsync(request);
        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{answer.StatusCode}");
    }

    [Fact]
    public async Task A_killed_program_is_started_again_twice_and_then_the_host_gives_up()
    {
        await using var host = await FakeFunctionsHost.StartAsync(Settings);
        for (var crash = 1; crash <= 2; crash++)
        {
            await host.CrashAsync();
            using var answer = await host.Client.GetAsync("/health/live");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await host.CrashAsync();
        Assert.False(host.Alive);
    }

    [Fact]
    public async Task Told_to_end_it_never_ends_with_0_under_the_host()
    {
        await using var host = await FakeFunctionsHost.StartAsync(Settings);
        host.Program.Terminate();
        await Eventually.TrueAsync(() => host.Program.Lives == 2, "the host starts it again");
        await host.Program.ReadyAsync();
        Assert.True(host.Alive);
    }

    [Fact]
    public async Task Stand_alone_it_survives_SIGKILL_and_ends_with_0_when_told_to()
    {
        await using var head = await HeadProcess.StandAloneAsync(Settings);
        head.Kill();
        await head.StartAgainAsync();
        Assert.Contains("PPMessage", await head.Client.GetStringAsync("/"));
        head.Terminate();
        Assert.Equal(0, await head.ExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_taken_port_is_named_in_one_line_with_the_setting_that_changes_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var head = await HeadProcess.LaunchAsync(new Dictionary<string, string?>(Settings) { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}" }, port);
        await ExpectFailureAsync(head, $"127.0.0.1:{port}", "ASPNETCORE_URLS");
    }

    [Fact]
    public async Task A_data_directory_in_use_is_named_in_one_line()
    {
        await using var first = await HeadProcess.StandAloneAsync(Settings);
        var port = FreePorts.Next();
        await using var second = await HeadProcess.LaunchAsync(new Dictionary<string, string?>(Settings) { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}" }, port);
        await ExpectFailureAsync(second, _data.Path);
    }

    [Theory]
    [InlineData("PPMessage__PublicBaseUrl", "nonsense")]
    [InlineData("PPMessage__Storage", "paper")]
    [InlineData("ASPNETCORE_URLS", "nonsense")]
    public async Task A_setting_that_can_not_be_used_is_named_in_one_line(string name, string value)
    {
        await using var head = await HeadProcess.LaunchAsync(new Dictionary<string, string?>(Settings) { [name] = value }, FreePorts.Next());
        await ExpectFailureAsync(head, name, value);
    }

    private static async Task ExpectFailureAsync(HeadProcess head, params string[] words)
    {
        Assert.NotEqual(0, await head.ExitAsync(TestContext.Current.CancellationToken));
        await Eventually.TrueAsync(() => head.Output.Count > 0, "a line");
        var line = Assert.Single(head.Output);
        foreach (var word in words) Assert.Contains(word, line);
    }
}
