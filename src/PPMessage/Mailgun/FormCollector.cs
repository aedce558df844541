using System.Security.Cryptography;
using System.Text;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>The form is no form, or larger than any.</summary>
internal sealed class FormException : Exception
{
    public FormException() { }

    public FormException(string message) : base(message) { }

    public FormException(string message, Exception inner) : base(message, inner) { }

    /// <summary>It would be no smaller the next time.</summary>
    public bool TooLarge { get; init; }
}

/// <summary>Gathers a form field by field: small ones become text, bodies and files stay bytes. Whoever does not take the form disposes what was gathered.</summary>
internal sealed class FormCollector : IDisposable
{
    /// <summary>All small fields together. Mailgun sends every header twice; hosts take no mail with so many.</summary>
    public const int MostText = 1024 * 1024;

    public const int MostFields = 10_000;

    /// <summary>Each may be a temporary file.</summary>
    public const int MostParts = 1000;

    public const int LongestName = 8 * 1024;

    private readonly List<KeyValuePair<string, string>> _fields = [];
    private readonly List<MailgunPart> _parts = [];
    private readonly List<byte[]> _hashes = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private MailgunPart? _open;
    private long _text;

    public void Begin(string name, string? fileName, string? contentType)
    {
        if (_hashes.Count == MostFields) throw TooLarge($"more than {MostFields} fields");
        AddToHash(name);
        AddToHash(fileName ?? string.Empty);
        _open = new MailgunPart(name, fileName, contentType, new SpooledStream());
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _open!.Content.Write(bytes);
    }

    public void End()
    {
        var part = _open!;
        _hashes.Add(_hash.GetHashAndReset());
        if (part.FileName is null && !MailgunFields.IsBody(part.Name) && part.Content.IsInMemory) AddText(part);
        else AddPart(part);
        _open = null;
    }

    public MailgunForm Take()
    {
        var form = new MailgunForm([.. _fields], [.. _parts], WholeHash());
        _parts.Clear();
        return form;
    }

    public void Dispose()
    {
        _open?.Content.Dispose();
        _parts.ForEach(part => part.Content.Dispose());
        _hash.Dispose();
    }

    private void AddText(MailgunPart part)
    {
        _text += part.Name.Length + part.Content.Length;
        if (_text > MostText) throw TooLarge($"more than {MostText} bytes of small fields");
        _fields.Add(new(part.Name, Encoding.UTF8.GetString(part.Content.ToArray())));
        part.Content.Dispose();
    }

    private void AddPart(MailgunPart part)
    {
        if (_parts.Count == MostParts) throw TooLarge($"more than {MostParts} bodies and files");
        part.Content.Position = 0;
        _parts.Add(part);
    }

    // With its length before it, so that no two fields look like two others.
    private void AddToHash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _hash.AppendData(BitConverter.GetBytes(bytes.Length));
        _hash.AppendData(bytes);
    }

    private string WholeHash()
    {
        _hashes.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (var hash in _hashes) _hash.AppendData(hash);
        return Ids.Base32(_hash.GetHashAndReset());
    }

    private static FormException TooLarge(string what) => new(what) { TooLarge = true };
}
