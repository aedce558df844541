using System.Diagnostics;
using PPMessage.Tests.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class CodePagesTests
{
    /// <summary>MimeKit looks for encodings once, at its first use: only a process of its own can have another first user.</summary>
    [Theory]
    [InlineData(typeof(MailgunParsedMailTests))]
    [InlineData(typeof(MailgunOutcomeTests))]
    public async Task Chinese_names_are_read_whoever_uses_mime_first(Type firstUser)
    {
        var program = Path.ChangeExtension(typeof(CodePagesTests).Assembly.Location, OperatingSystem.IsWindows() ? "exe" : null);
        using var tests = Process.Start(new ProcessStartInfo(program, ["-class", firstUser.FullName!, "-class", typeof(MailFilesTests).FullName!])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var output = await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(tests.ExitCode == 0, output);
    }
}
