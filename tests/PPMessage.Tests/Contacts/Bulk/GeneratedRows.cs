using System.Text;

namespace PPMessage.Tests.Contacts.Bulk;

/// <summary>A file of any length that is never there as a whole.</summary>
internal sealed class GeneratedRows(int rows) : Stream
{
    private byte[] _left = [];
    private int _row;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left.Length == 0 && _row++ < rows) _left = Encoding.UTF8.GetBytes($"{{\"name\":\"联系人 {_row}\",\"externalId\":\"x{_row}\",\"attributes\":{{\"城市\":\"北京\",\"备注\":\"{new string('长', 60)}\"}}}}\n");
        var some = Math.Min(count, _left.Length);
        _left.AsSpan(0, some).CopyTo(buffer.AsSpan(offset));
        _left = _left[some..];
        return some;
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }
}
