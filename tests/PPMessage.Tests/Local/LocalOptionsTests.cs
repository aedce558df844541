using PPMessage.Local;
using Xunit;

namespace PPMessage.Tests.Local;

public sealed class LocalOptionsTests
{
    [Fact]
    public void Without_arguments_the_documented_defaults_hold()
    {
        var options = LocalOptions.Parse([], out var mistake);

        Assert.Null(mistake);
        Assert.Equal(new LocalOptions { Port = 7071, SandboxPort = 7072, MailSandboxPort = 7073, DnsPort = 7074, Data = "./data", Storage = LocalStorage.Embedded, Clean = false, Help = false }, options);
    }

    [Theory]
    [InlineData("--port 8001 --sandbox-port 8002 --mail-sandbox-port 8003 --dns-port 8004 --data /tmp/a=b --storage azurite --empty --clean --help")]
    [InlineData("--help --clean --empty --storage=azurite --data=/tmp/a=b --dns-port=8004 --mail-sandbox-port=8003 --sandbox-port=8002 --port=8001")]
    public void Every_option_is_understood_in_any_order_and_both_forms(string line)
    {
        var options = LocalOptions.Parse(line.Split(' '), out _);

        Assert.Equal(new LocalOptions { Port = 8001, SandboxPort = 8002, MailSandboxPort = 8003, DnsPort = 8004, Data = "/tmp/a=b", Storage = LocalStorage.Azurite, Empty = true, Clean = true, Help = true }, options);
    }

    [Theory]
    [InlineData("--prt 8001", "--prt")]
    [InlineData("8001", "8001")]
    [InlineData("--clean=yes", "yes")]
    [InlineData("--port", "--port")]
    [InlineData("--data=", "--data")]
    [InlineData("--port 0", "1 to 65535")]
    [InlineData("--sandbox-port 65536", "65536")]
    [InlineData("--port -1", "-1")]
    [InlineData("--storage azure", "embedded or azurite")]
    [InlineData("--storage 1", "embedded or azurite")]
    [InlineData("--port 7072", "--sandbox-port")]
    [InlineData("--dns-port 7073", "--mail-sandbox-port and --dns-port")]
    [InlineData("--mail-sandbox-port 7071", "--port and --mail-sandbox-port")]
    public void What_can_not_be_understood_is_named(string line, string named)
    {
        Assert.Null(LocalOptions.Parse(line.Split(' '), out var mistake));
        Assert.Contains(named, mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_option()
    {
        string[] options = ["--port", "--sandbox-port", "--mail-sandbox-port", "--dns-port", "--data", "--storage", "--empty", "--clean", "--help"];
        Assert.All(options, option => Assert.Contains($"  {option} ", LocalOptions.Usage, StringComparison.Ordinal));
    }
}
