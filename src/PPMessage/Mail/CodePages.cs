using System.Runtime.CompilerServices;
using System.Text;

namespace PPMessage.Mail;

/// <summary>The encodings of the world's mail (GBK, Big5, Shift-JIS, windows-125x), which .NET has only when asked for them.</summary>
internal static class CodePages
{
    /// <summary>Idempotent. Runs before anything else of this assembly: MimeKit remembers for good which encodings it did not find at its first use, whoever used it first.</summary>
#pragma warning disable CA2255 // A composition root would leave it to the order of first uses.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
