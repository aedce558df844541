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
          --data <directory>       where data are kept, default ./data / 数据目录
          --storage <name>         embedded (default) or azurite (needs Node.js with npm) / 存储方式
          --clean                  forget the data of this storage first / 清空数据重新开始
          --help                   this text / 帮助
        """;

    private const int HighestPort = 65535;

    /// <summary>Of the app, on 127.0.0.1.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>Of the Twilio sandbox, on 127.0.0.1.</summary>
    public int SandboxPort { get; init; } = 7072;

    public string Data { get; init; } = "./data";

    public LocalStorage Storage { get; init; }

    public bool Clean { get; init; }

    public bool Help { get; init; }

    /// <summary>Null with what is wrong when the arguments can't be understood. Values follow their option as the next argument or after <c>=</c>.</summary>
    public static LocalOptions? Parse(IEnumerable<string> arguments, out string? mistake)
    {
        mistake = null;
        var options = new LocalOptions();
        var rest = new Queue<string>(arguments.SelectMany(Split));
        while (mistake is null && rest.TryDequeue(out var name)) options = options.With(name, rest, out mistake);
        if (mistake is null && options.Port == options.SandboxPort) mistake = $"--port and --sandbox-port can't both be {options.Port}.";
        return mistake is null ? options : null;
    }

    private static string[] Split(string argument) => argument.StartsWith("--", StringComparison.Ordinal) ? argument.Split('=', 2) : [argument];

    private LocalOptions With(string name, Queue<string> rest, out string? mistake)
    {
        mistake = null;
        switch (name)
        {
            case "--clean": return this with { Clean = true };
            case "--help" or "-h": return this with { Help = true };
            case "--port" or "--sandbox-port" or "--data" or "--storage": return WithValue(name, rest, out mistake);
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
        else return name == "--port" ? this with { Port = port } : this with { SandboxPort = port };
        return this;
    }

    public static string NameOf(LocalStorage storage) => storage.ToString().ToLowerInvariant();
}
