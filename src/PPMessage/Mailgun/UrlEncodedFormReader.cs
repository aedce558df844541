using System.Buffers;
using System.Text;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>Reads <c>application/x-www-form-urlencoded</c> of any length in pieces, values as bytes.</summary>
internal sealed class UrlEncodedFormReader(FormCollector form)
{
    private readonly ArrayBufferWriter<byte> _name = new();
    private PercentDecoder _decoder;
    private bool _inValue;
    private bool _any;

    public async Task ReadAsync(Stream body, CancellationToken cancellation)
    {
        var input = new byte[16 * 1024];
        var output = new byte[input.Length];
        while (await body.ReadAsync(input, cancellation) is > 0 and var length) Read(input.AsSpan(0, length), output);
        EndPair();
    }

    private void Read(ReadOnlySpan<byte> input, Span<byte> output)
    {
        while (!input.IsEmpty)
        {
            var end = _inValue ? input.IndexOf((byte)'&') : input.IndexOfAny((byte)'&', (byte)'=');
            Decode(end < 0 ? input : input[..end], output);
            if (end < 0) return;
            if (input[end] == '&') EndPair();
            else EndName();
            input = input[(end + 1)..];
        }
    }

    private void Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        _any |= !input.IsEmpty;
        if (!_decoder.TryDecode(input, output, out var length)) throw Broken();
        if (_inValue) form.Write(output[..length]);
        else _name.Write(output[..length]);
        if (_name.WrittenCount > FormCollector.LongestName) throw new FormException($"a field's name is longer than {FormCollector.LongestName} bytes");
    }

    private void EndName()
    {
        if (!_decoder.IsWhole) throw Broken();
        form.Begin(Encoding.UTF8.GetString(_name.WrittenSpan), null, null);
        _name.ResetWrittenCount();
        (_inValue, _any) = (true, true);
    }

    // "a&b=1" has two fields, "&&" has none.
    private void EndPair()
    {
        if (!_inValue && !_any) return;
        if (!_inValue) EndName();
        if (!_decoder.IsWhole) throw Broken();
        form.End();
        (_inValue, _any) = (false, false);
    }

    private static FormException Broken() => new("broken percent-encoding");
}
