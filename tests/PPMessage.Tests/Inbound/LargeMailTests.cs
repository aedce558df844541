using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Functions;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

/// <summary>The largest mail that Mailgun takes goes through the published program without its memory growing by the mail's size.</summary>
public sealed class LargeMailTests : IDisposable
{
    /// <summary>Of the mail, as Mailgun counts them.</summary>
    private const int MailBytes = 25 * 1024 * 1024;

    /// <summary>Less than twice the mail. Measured were 6 MB, and 2 MB as multipart.</summary>
    private const long MostGrowth = 48L * 1024 * 1024;

    private const string Mailbox = "wang.fang@example.cn";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_mail_of_25_MB_is_taken_in_whole_and_in_little_memory_in_either_form()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The memory of a process is read as Linux tells it.");
        await using var twilio = await TwilioSandbox.StartAsync();
        var port = FreePorts.Next();
        await using var head = await HeadProcess.StandAloneAsync(Settings(twilio, port), port);
        var workspace = await PublishedWorkspace.MakeAsync(twilio, head.Client);
        var url = await workspace.OpenMailboxAsync();
        await PostAsync(workspace, url, Mail("small", new byte[100_000]), asMultipart: false);
        await PostAsync(workspace, url, Mail("small again", new byte[100_000]), asMultipart: true);

        var content = RandomNumberGenerator.GetBytes(MailBytes / 4 * 3);
        foreach (var asMultipart in new[] { false, true })
        {
            var subject = $"large {asMultipart}";
            var before = head.Memory;
            head.ForgetPeak();
            var begin = Stopwatch.GetTimestamp();
            var file = await PostAsync(workspace, url, Mail(subject, content), asMultipart);
            var took = Stopwatch.GetElapsedTime(begin);
            var growth = head.PeakMemory - before;
            Console.WriteLine($"a mail of {MailBytes >> 20} MB, {(asMultipart ? "multipart" : "urlencoded")}: {took.TotalSeconds:F1} s, memory grew by {growth >> 20} MB over {before >> 20} MB");
            Assert.True(growth < MostGrowth, $"memory grew by {growth >> 20} MB");
            Assert.True(took < Patience, $"{took}");
            Assert.Equal(content, await head.Client.GetByteArrayAsync(file));
        }
    }

    private Dictionary<string, string?> Settings(TwilioSandbox twilio, int port)
    {
        var settings = PublishedWorkspace.Settings(twilio, new Uri($"http://127.0.0.1:{port}"));
        // Nothing is to be hurried here.
        foreach (var name in settings.Keys.Where(name => name.StartsWith("PPMessage__Timing", StringComparison.Ordinal)).ToList()) settings.Remove(name);
        settings["PPMessage__DataDirectory"] = _data.Path;
        settings["Logging__LogLevel__Default"] = "Warning";
        settings["DOTNET_gcServer"] = "0";
        return settings;
    }

    /// <summary>Posts a mail and waits until its message is there.</summary>
    /// <returns>Where its file is to be had.</returns>
    private static async Task<string> PostAsync(PublishedWorkspace workspace, string url, (string Subject, byte[] Mime) mail, bool asMultipart)
    {
        var form = MailPosts.Form(MailPosts.Raw(mail.Mime, Mailbox), MailSignature.New(MailDemo.SigningKey, TimeProvider.System.GetUtcNow()), asMultipart);
        Assert.Equal(200, (await MailPosts.PostAsync(url, form)).Status);
        string? file = null;
        await PublishedWorkspace.UntilAsync(async () => (file = await FileAsync(workspace, mail.Subject)) is not null, Patience, () => $"the mail '{mail.Subject}' is there");
        return file!;
    }

    private static async Task<string?> FileAsync(PublishedWorkspace workspace, string subject)
    {
        foreach (var conversation in await workspace.ConversationsAsync())
            foreach (var message in await workspace.MessagesAsync(conversation.Word("id")))
                if (message.Word("subject") == subject) return message.GetProperty("attachments")[0].Word("url");
        return null;
    }

    /// <summary>Lines of 76 characters, as mail programs write Base64.</summary>
    private static (string Subject, byte[] Mime) Mail(string subject, byte[] content)
    {
        var text = new StringBuilder($"From: {Mailbox}\r\nTo: {MailDemo.Address}\r\nSubject: {subject}\r\nMessage-Id: <{Guid.NewGuid():N}@example.cn>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
        text.Append("--b\r\nContent-Type: text/plain\r\n\r\nPlease see the file.\r\n--b\r\nContent-Type: application/octet-stream; name=big.bin\r\nContent-Disposition: attachment; filename=big.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        text.Append(Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)).Append("\r\n--b--\r\n");
        return (subject, Encoding.ASCII.GetBytes(text.ToString()));
    }
}
