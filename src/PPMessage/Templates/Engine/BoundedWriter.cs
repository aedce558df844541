using System.Globalization;
using System.Text;

namespace PPMessage.Templates.Engine;

/// <summary>Takes no more than a number of characters; the one that is too much ends the rendering.</summary>
internal sealed class BoundedWriter(Budget budget, int mostCharacters) : StringWriter(CultureInfo.InvariantCulture)
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
        if (GetStringBuilder().Length + count > mostCharacters) throw new TemplateMistakeException($"The text would be longer than {mostCharacters} characters.");
    }
}
