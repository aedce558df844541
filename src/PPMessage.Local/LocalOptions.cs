using System.Globalization;

namespace PPMessage.Local;

internal enum LocalStorage
{
    Embedded,
    Azurite,
}

/// <summary>What the command line says.</summary>
internal sealed record LocalOptions
{
    public const string Usage = """
        dotnet run --project src/PPMessage.Local -- [options]

          --port <number>          port of the app, default 7071 / 应用端口
          --sandbox-port <number>  port of the Twilio sandbox, default 7072 / 短信沙盒端口
          --mail-sandbox-port <n>  port of the Mailgun sandbox, default 7073 / 邮件沙盒端口
          --dns-port <number>      port of the sandbox's DNS server (UDP), default 7074 / DNS 沙盒端口
          --data <directory>       where data are kept, default ./data / 数据目录
          --storage <name>         embedded (default) or azurite (needs Node.js with npm) / 存储方式
          --empty                  no demo workspace: you set it up yourself, as after a deployment / 不建演示数据，自己从头配置
          --clean                  forget the data of this storage first / 清空数据重新开始
          --help                   this text / 帮助
        """;

    private const int HighestPort = 65535;

    /// <summary>Of the app, on 127.0.0.1.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>Of the Twilio sandbox, on 127.0.0.1.</summary>
    public int SandboxPort { get; init; } = 7072;

    /// <summary>Of the Mailgun sandbox, on 127.0.0.1.</summary>
    public int MailSandboxPort { get; init; } = 7073;

    /// <summary>Of the sandbox's DNS server, on 127.0.0.1, UDP.</summary>
    public int DnsPort { get; init; } = 7074;

    public string Data { get; init; } = "./data";

    public LocalStorage Storage { get; init; }

    /// <summary>Without the demo workspace.</summary>
    public bool Empty { get; init; }

    public bool Clean { get; init; }

    public bool Help { get; init; }

    /// <summary>Null with what is wrong when the arguments can't be understood. Values follow their option as the next argument or after <c>=</c>.</summary>
    public static LocalOptions? Parse(IEnumerable<string> arguments, out string? mistake)
    {
        mistake = null;
        var options = new LocalOptions();
        var rest = new Queue<string>(arguments.SelectMany(Split));
        while (mistake is null && rest.TryDequeue(out var name)) options = options.With(name, rest, out mistake);
        mistake ??= options.SamePort();
        return mistake is null ? options : null;
    }

    private string? SamePort()
    {
        (string Name, int Port)[] ports = [("--port", Port), ("--sandbox-port", SandboxPort), ("--mail-sandbox-port", MailSandboxPort), ("--dns-port", DnsPort)];
        var same = ports.GroupBy(port => port.Port).FirstOrDefault(group => group.Count() > 1);
        return same is null ? null : $"{string.Join(" and ", same.Select(port => port.Name))} can't both be {same.Key}.";
    }

    private static string[] Split(string argument) => argument.StartsWith("--", StringComparison.Ordinal) ? argument.Split('=', 2) : [argument];

    private LocalOptions With(string name, Queue<string> rest, out string? mistake)
    {
        mistake = null;
        switch (name)
        {
            case "--empty": return this with { Empty = true };
            case "--clean": return this with { Clean = true };
            case "--help" or "-h": return this with { Help = true };
            case "--port" or "--sandbox-port" or "--mail-sandbox-port" or "--dns-port" or "--data" or "--storage": return WithValue(name, rest, out mistake);
            default:
                mistake = $"There is no option '{name}'.";
                return this;
        }
    }

    private LocalOptions WithValue(string name, Queue<string> rest, out string? mistake)
    {
        mistake = null;
        if (!rest.TryDequeue(out var value) || value.Length == 0) mistake = $"{name} needs a value.";
        else if (name == "--data") return this with { Data = value };
        else if (name == "--storage" && Enum.GetValues<LocalStorage>().Any(known => NameOf(known) == value)) return this with { Storage = Enum.Parse<LocalStorage>(value, ignoreCase: true) };
        else if (name == "--storage") mistake = $"--storage must be embedded or azurite, not '{value}'.";
        else if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > HighestPort) mistake = $"{name} must be a number from 1 to {HighestPort}, not '{value}'.";
        else return WithPort(name, port);
        return this;
    }

    private LocalOptions WithPort(string name, int port) => name switch
    {
        "--port" => this with { Port = port },
        "--sandbox-port" => this with { SandboxPort = port },
        "--mail-sandbox-port" => this with { MailSandboxPort = port },
        _ => this with { DnsPort = port },
    };

    public static string NameOf(LocalStorage storage) => storage.ToString().ToLowerInvariant();
}
