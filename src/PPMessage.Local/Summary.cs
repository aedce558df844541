using System.Text;
using PPMessage.Local.Sandbox;

namespace PPMessage.Local;

/// <summary>What the launcher prints when everything runs.</summary>
internal static class Summary
{
    private const string Post = "-H 'Content-Type: application/json' -d";

    /// <param name="demoLine">Whether the demo number's channel takes texts; somebody may have taken it away.</param>
    public static string Of(Uri app, Uri sandbox, string adminKey, IReadOnlyList<DemoAgent> agents, string stateFile, bool demoLine)
    {
        var text = new StringBuilder()
            .AppendLine("PPMessage runs. Ctrl-C ends it and leaves the data; --clean starts afresh.")
            .AppendLine("PPMessage 已启动。按 Ctrl-C 结束，数据会保留；加 --clean 重新开始。")
            .AppendLine()
            .AppendLine($"App             {Root(app)}  (how it is doing: {Root(app)}/health/ready)")
            .AppendLine($"Twilio sandbox  {Root(sandbox)}  (what it can do: {Root(sandbox)}/sandbox)")
            .AppendLine($"Admin token     {adminKey}");
        foreach (var agent in agents) text.AppendLine($"Agent's token   {agent.Token}  ({agent.Name})");
        text.AppendLine($"Kept in         {stateFile}");
        return text.AppendLine().Append(demoLine ? Examples(app, sandbox, adminKey) : $"The channel of {Demo.Number} is gone, so the demo has no examples; --clean makes it anew.\n").ToString();
    }

    private static string Examples(Uri app, Uri sandbox, string token)
    {
        var phone = $"{Root(sandbox)}/sandbox/phones/{DemoWorkspace.Phone}";
        var key = $"-H {Quote($"Authorization: Bearer {token}")}";
        var conversations = $"{Root(app)}/api/conversations";
        var newest = $"$(curl -sS {key} '{conversations}?status=open&limit=1' | grep -o 'cv_[0-9A-Z]*' | head -n 1)";
        return $$"""
            Text the demo number as Mia Brown / 以客户身份给演示号码发短信:
            curl -sS {{Post}} '{"to":"{{Demo.Number}}","text":"Hello, is anybody there?"}' {{phone}}/texts

            List the conversation / 查看会话:
            curl -sS {{key}} '{{conversations}}?status=open'

            Answer it / 回复会话:
            curl -sS {{key}} {{Post}} '{"text":"Yes! How can we help?"}' "{{conversations}}/{{newest}}/messages"

            See what Mia's phone has got / 查看客户手机收到的短信:
            curl -sS {{phone}}/received

            """;
    }

    private static string Root(Uri address) => address.GetLeftPart(UriPartial.Authority);

    // For a POSIX shell.
    private static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
