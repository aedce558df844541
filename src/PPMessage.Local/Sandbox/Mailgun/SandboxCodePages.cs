using System.Runtime.CompilerServices;
using System.Text;

namespace PPMessage.Local.Sandbox.Mailgun;

internal static class SandboxCodePages
{
    /// <summary>The sandbox writes and reads mail, too, and MimeKit remembers for good which encodings it did not find at its first use.</summary>
    [ModuleInitializer]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
