using System.Text.Json.Nodes;
using PPMessage.Functions;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Local;

/// <summary>Sandbox, app and demo in one process: started in order, said in one page, ended together.</summary>
internal static class Launcher
{
    public const int Ended = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    // Long polls of consoles would hold a Ctrl-C up for their whole wait.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = LocalOptions.Parse(args, out var mistake);
        if (options is null) await Console.Error.WriteLineAsync($"{mistake}{Environment.NewLine}{Environment.NewLine}{LocalOptions.Usage}");
        else if (options.Help) Console.WriteLine(LocalOptions.Usage);
        else return await RunAsync(options);
        return options is null ? Misused : Ended;
    }

    private static async Task<int> RunAsync(LocalOptions options)
    {
        using var end = new EndSignals();
        try
        {
            await RunAsync(options, end.Token);
            return Ended;
        }
        catch (OperationCanceledException) when (end.Token.IsCancellationRequested)
        {
            return Ended;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"PPMessage.Local can't run. 无法启动。{Environment.NewLine}{e.Message}");
            return Failed;
        }
    }

    private static async Task RunAsync(LocalOptions options, CancellationToken end)
    {
        Ports.Check(options);
        using var folder = LocalFolder.Open(options);
        var state = folder.LoadOrDraw();
        await using var azurite = await AzuriteAsync(options, folder, end);
        await using var sandbox = await TwilioSandbox.StartAsync(new SandboxOptions { Port = options.SandboxPort }, cancellation: end);
        await using var mail = await MailgunSandbox.StartAsync(new MailgunSandboxOptions { Port = options.MailSandboxPort, DnsPort = options.DnsPort, Retries = MailgunSandboxOptions.RealRetries }, cancellation: end);
        await using var app = PPMessageApp.Build([], Settings(options, folder, LocalKeys.Of(state), azurite, sandbox, mail), Farewells);
        await app.StartAsync(end);
        Console.Write(await DemoAsync(options, folder, state, sandbox, mail, end));
        await app.WaitForShutdownAsync(end);
    }

    private static async Task<Azurite?> AzuriteAsync(LocalOptions options, LocalFolder folder, CancellationToken cancellation)
    {
        if (options.Storage != LocalStorage.Azurite) return null;
        Console.WriteLine("Starting Azurite. The first time it is installed from npm, which takes a minute. 正在启动 Azurite，首次需要从 npm 安装。");
        return await Azurite.StartAsync(folder.Store, cancellation);
    }

    private static async Task<string> DemoAsync(LocalOptions options, LocalFolder folder, LocalState state, TwilioSandbox sandbox, MailgunSandbox mail, CancellationToken cancellation)
    {
        var address = new Uri(Address(options));
        var adminKey = LocalKeys.Of(state).Admin;
        using var client = new JsonClient(address, adminKey, Console.Out);
        if (await client.UnreadyAsync(cancellation) is { } problem) throw new InvalidOperationException(problem);
        if (options.Empty) return new SetupGuide(address, sandbox.BaseUrl, mail.BaseUrl, adminKey).Text();
        var demo = new DemoWorkspace(client, sandbox.BaseUrl, folder, state);
        state = await demo.MakeAsync(cancellation);
        var line = await demo.LineAsync(cancellation);
        if (line is not null) await ConnectAsync(client, line, cancellation);
        var mailbox = await demo.MailboxAsync(cancellation);
        if (mailbox is not null) await ConnectAsync(client, mailbox, cancellation);
        var campaign = await new DemoCampaign(client).FindAsync(cancellation);
        return new Summary(address, sandbox.BaseUrl, mail.BaseUrl, adminKey).Of(state.Agents, folder.StateFile, line is not null, mailbox is not null, (string?)campaign?["id"]);
    }

    /// <summary>The sandbox forgets its URLs when it ends. What somebody has changed of the channel since is no reason not to start.</summary>
    private static async Task ConnectAsync(JsonClient client, JsonObject channel, CancellationToken cancellation)
    {
        try
        {
            await client.PostAsync($"/api/channels/{channel["id"]}/connect", null, null, cancellation);
        }
        catch (InvalidOperationException refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
        }
    }

    private static string Address(LocalOptions options) => $"http://127.0.0.1:{options.Port}";

    private static void Farewells(IServiceCollection services) => services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);

    private static Dictionary<string, string?> Settings(LocalOptions options, LocalFolder folder, LocalKeys keys, Azurite? azurite, TwilioSandbox sandbox, MailgunSandbox mail)
    {
        var settings = new Dictionary<string, string?>
        {
            ["urls"] = Address(options),
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = null,
            ["PPMessage:Storage"] = azurite is null ? "embedded" : "azure",
            ["PPMessage:DataDirectory"] = folder.Store,
            ["AzureWebJobsStorage"] = azurite?.ConnectionString,
            ["PPMessage:AdminKey"] = keys.Admin,
            ["PPMessage:SecretsKey"] = keys.Secrets,
            ["PPMessage:PublicBaseUrl"] = Address(options),
            ["PPMessage:Twilio:BaseUrl"] = sandbox.BaseUrl.GetLeftPart(UriPartial.Authority),
            ["PPMessage:Mailgun:BaseUrl"] = mail.BaseUrl.GetLeftPart(UriPartial.Authority),
            ["PPMessage:Dns:Server"] = mail.DnsAddress.ToString(),
        };
        // The page with the examples is not to scroll away; who wants to see more says so.
        if (Environment.GetEnvironmentVariable("Logging__LogLevel__Default") is null) settings["Logging:LogLevel:Default"] = "Warning";
        return settings;
    }
}
