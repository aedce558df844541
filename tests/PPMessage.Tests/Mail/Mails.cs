using System.Text;
using PPMessage.Mail;

namespace PPMessage.Tests.Mail;

/// <summary>Reads mails written as text; lines end as on the wire.</summary>
internal static class Mails
{
    public static ParsedMail Read(string mime) => Read(Encoding.UTF8.GetBytes(mime.ReplaceLineEndings("\r\n")));

    public static ParsedMail Read(byte[] mime) => MailReader.Read(new MemoryStream(mime));

    public static async Task<byte[]> ContentAsync(MailFile file)
    {
        using var content = new MemoryStream();
        await file.WriteToAsync(content, CancellationToken.None);
        return content.ToArray();
    }
}
