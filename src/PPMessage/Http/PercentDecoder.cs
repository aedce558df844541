using System.Globalization;
using System.Runtime.InteropServices;

namespace PPMessage.Http;

/// <summary>Undoes the encoding of <c>application/x-www-form-urlencoded</c> byte by byte, so that a value may come in pieces and need not be text.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PercentDecoder
{
    // An escape that the last piece began: '%', or '%' and one digit.
    private int _pending;
    private byte _digit;

    /// <summary>No escape is cut off.</summary>
    public readonly bool IsWhole => _pending == 0;

    /// <summary>False when an escape is broken.</summary>
    /// <param name="output">At least as long as <paramref name="input"/>.</param>
    public bool TryDecode(ReadOnlySpan<byte> input, Span<byte> output, out int length)
    {
        length = 0;
        foreach (var b in input)
        {
            if (_pending == 2)
            {
                if (!byte.TryParse([_digit, b], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out output[length++])) return false;
                _pending = 0;
            }
            else if (_pending == 1) (_pending, _digit) = (2, b);
            else if (b == '%') _pending = 1;
            else output[length++] = b == '+' ? (byte)' ' : b;
        }

        return true;
    }
}
