using System.Text;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <param name="FileName">Null for a plain field.</param>
internal sealed record FormPart(string Name, ReadOnlyMemory<byte> Value, string? FileName = null, string ContentType = "application/octet-stream")
{
    public FormPart(string name, string value)
        : this(name, Encoding.UTF8.GetBytes(value))
    {
    }
}

/// <summary>Writes forms byte by byte, because a mail is no text that could be decoded.</summary>
internal static class MailForm
{
    private const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private static readonly bool[] IsPlain = [.. Enumerable.Range(0, 256).Select(code => Plain.Contains((char)code, StringComparison.Ordinal))];

    public static (string ContentType, byte[] Body) Write(IReadOnlyList<FormPart> parts, bool asMultipart)
    {
        using var body = new MemoryStream(parts.Sum(part => part.Value.Length + 100));
        if (!asMultipart)
        {
            foreach (var part in parts) Append(body, part);
            return ("application/x-www-form-urlencoded", body.ToArray());
        }

        var boundary = Sids.New("");
        foreach (var part in parts) Append(body, part, boundary);
        Put(body, $"--{boundary}--\r\n");
        return ($"multipart/form-data; boundary={boundary}", body.ToArray());
    }

    private static void Append(MemoryStream body, FormPart part)
    {
        if (body.Length > 0) body.WriteByte((byte)'&');
        Escape(body, Encoding.UTF8.GetBytes(part.Name));
        body.WriteByte((byte)'=');
        Escape(body, part.Value.Span);
    }

    private static void Append(MemoryStream body, FormPart part, string boundary)
    {
        Put(body, $"--{boundary}\r\nContent-Disposition: form-data; name=\"{Quoted(part.Name)}\"");
        if (part.FileName is { } file) Put(body, $"; filename=\"{Quoted(file)}\"\r\nContent-Type: {part.ContentType}");
        Put(body, "\r\n\r\n");
        body.Write(part.Value.Span);
        Put(body, "\r\n");
    }

    private static void Escape(MemoryStream body, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            if (IsPlain[one]) body.WriteByte(one);
            else if (one == ' ') body.WriteByte((byte)'+');
            else body.Write([(byte)'%', Hex(one >> 4), Hex(one & 15)]);
        }
    }

    private static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];

    private static string Quoted(string name) =>
        name.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static void Put(MemoryStream body, string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
