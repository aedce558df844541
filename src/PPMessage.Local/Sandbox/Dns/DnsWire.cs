using System.Buffers.Binary;
using System.Text;

namespace PPMessage.Local.Sandbox.Dns;

/// <summary>What a client asks.</summary>
/// <param name="Question">As it came, from the name to the class: an answer repeats it.</param>
internal sealed record DnsQuery(ushort Id, bool WantsRecursion, string Name, ushort Type, byte[] Question);

/// <summary>Reads questions and writes answers as RFC 1035 has them, without compression of names. Extensions (EDNS) are passed over.</summary>
internal static class DnsWire
{
    public const ushort Cname = 5;
    public const ushort Mx = 15;
    public const ushort Txt = 16;

    public const int NoError = 0;
    public const int ServerFailure = 2;
    public const int NoSuchName = 3;

    private const int HeaderBytes = 12;
    private const int LongestString = 255;
    private const ushort Internet = 1;
    private const uint SecondsToLive = 60;

    /// <summary>Null: it is no question.</summary>
    public static DnsQuery? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderBytes || (message[2] & 0x80) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1) return null;
        var labels = new List<string>();
        var at = HeaderBytes;
        for (; at < message.Length && message[at] is > 0 and < 64; at += 1 + message[at])
        {
            if (at + 1 + message[at] >= message.Length) return null;
            labels.Add(Encoding.ASCII.GetString(message.Slice(at + 1, message[at])));
        }

        if (at + 5 > message.Length || message[at] != 0) return null;
        var type = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]);
        return new DnsQuery(BinaryPrimitives.ReadUInt16BigEndian(message), (message[2] & 1) != 0, string.Join('.', labels), type, message[HeaderBytes..(at + 5)].ToArray());
    }

    /// <param name="answers">Each with the name that it is of.</param>
    public static byte[] Answer(DnsQuery query, int code, IReadOnlyList<(string Name, ushort Type, byte[] Data)> answers)
    {
        using var message = new MemoryStream();
        Put(message, query.Id);
        // A response, authoritative; recursion as wanted, and to be had.
        Put(message, (ushort)(0x8480 | (query.WantsRecursion ? 0x0100 : 0) | code));
        foreach (var count in (ushort[])[1, (ushort)answers.Count, 0, 0]) Put(message, count);
        message.Write(query.Question);
        foreach (var (name, type, data) in answers) Put(message, name, type, data);
        return message.ToArray();
    }

    public static byte[] MxData(DnsMx mx)
    {
        using var data = new MemoryStream();
        Put(data, (ushort)mx.Priority);
        data.Write(Name(mx.Host));
        return data.ToArray();
    }

    /// <summary>A long text is several strings, which a reader puts together.</summary>
    public static byte[] TxtData(string text)
    {
        using var data = new MemoryStream();
        foreach (var part in Encoding.UTF8.GetBytes(text).Chunk(LongestString))
        {
            data.WriteByte((byte)part.Length);
            data.Write(part);
        }

        return data.ToArray();
    }

    public static byte[] Name(string name)
    {
        using var data = new MemoryStream();
        foreach (var label in name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            data.WriteByte((byte)label.Length);
            data.Write(Encoding.ASCII.GetBytes(label));
        }

        data.WriteByte(0);
        return data.ToArray();
    }

    private static void Put(MemoryStream message, string name, ushort type, byte[] data)
    {
        message.Write(Name(name));
        Put(message, type);
        Put(message, Internet);
        Put(message, (ushort)(SecondsToLive >> 16));
        Put(message, (ushort)SecondsToLive);
        Put(message, (ushort)data.Length);
        message.Write(data);
    }

    private static void Put(MemoryStream message, ushort number) => message.Write([(byte)(number >> 8), (byte)number]);
}
