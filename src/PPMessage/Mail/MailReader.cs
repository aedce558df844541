using MimeKit;

namespace PPMessage.Mail;

/// <summary>Understands inbound mail.</summary>
internal static class MailReader
{
    /// <summary>Deeper parts are files: nobody nests by hand, and each level costs stack.</summary>
    private const int DeepestNesting = 30;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = DeepestNesting, CharsetEncoding = Charsets.Gb18030 };

    /// <summary>Reads one mail over its bytes. Throws for no content, only for what the stream itself throws; what can't be read is told in the oddities.</summary>
    /// <remarks>The stream must be seekable and stay open as long as files are read from it: contents stay in it, so a large mail takes little memory.</remarks>
    public static ParsedMail Read(Stream mime)
    {
        if (Folds.AreExcessive(mime)) return Unreadable(mime, "A header goes on over more lines than any program writes: here is what the mail consists of.");
        var oddities = new List<string>();
        try
        {
            mime.Position = 0;
            var message = new MimeParser(Options, mime, MimeFormat.Entity, persistent: true).ParseMessage();
            return Composition.Of(message, oddities);
        }
        catch (Exception e) when (!IsNotOfContent(e))
        {
            return Unreadable(mime, mime.Length == 0 ? "The mail is empty." : "This could not be read as a mail: here is what it consists of.");
        }
    }

    /// <summary>What is no fault of the content, but the stream's, the machine's, or ours.</summary>
    public static bool IsNotOfContent(Exception e) => e is (IOException and not EndOfStreamException) or ObjectDisposedException or OutOfMemoryException or TypeInitializationException;

    private static ParsedMail Unreadable(Stream mime, string why)
    {
        mime.Position = 0;
        using var content = new BoundedStream(TextParts.Most);
        mime.CopyTo(content);
        var text = Charsets.Decode(content.Written, null);
        return new() { Text = text, FullText = text, Oddities = [why] };
    }
}
