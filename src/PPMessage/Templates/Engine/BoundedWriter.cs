using System.Globalization;
using System.Text;

namespace PPMessage.Templates.Engine;

/// <summary>Takes no more characters than may come out; the one that is too much ends the rendering.</summary>
internal sealed class BoundedWriter(Budget budget) : StringWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        Take(1);
        base.Write(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Take(count);
        base.Write(buffer, index, count);
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        Take(buffer.Length);
        base.Write(buffer);
    }

    public override void Write(string? value)
    {
        Take(value?.Length ?? 0);
        base.Write(value);
    }

    private void Take(int count)
    {
        budget.CheckTime();
        if (GetStringBuilder().Length + count > budget.MostCharacters) throw new TemplateMistakeException(budget.TooLong);
    }
}
