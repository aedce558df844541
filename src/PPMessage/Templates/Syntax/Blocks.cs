namespace PPMessage.Templates.Syntax;

/// <summary>The blocks that are open at a place in a text.</summary>
internal sealed class Blocks(Scope scope)
{
    /// <summary>Deeper ones are refused: the library goes down its stack for each.</summary>
    private const int Deepest = 40;

    private readonly Stack<Block> _open = new();

    public bool IsWithin(string tag) => _open.Any(block => block.Tag == tag);

    /// <param name="loopVariable">Known until the block ends or its else begins; null: it is no loop.</param>
    public void Open(string tag, int line, string? loopVariable = null)
    {
        if (_open.Count == Deepest) throw TemplateMistakeException.At(line, $"Blocks stand more than {Deepest} deep within one another.");
        _open.Push(new Block(tag, line, loopVariable is not null));
        if (loopVariable is not null) scope.Enter(loopVariable);
    }

    /// <summary>A further branch ("else", "when") of the innermost block, which has to be one of these.</summary>
    public void Branch(string branch, int line, params ReadOnlySpan<string> of)
    {
        if (!_open.TryPeek(out var block) || !of.Contains(block.Tag))
            throw TemplateMistakeException.At(line, $"'{branch}' stands outside of '{string.Join("', '", of!)}'.");
        if (block.HasElse) throw TemplateMistakeException.At(line, $"'{branch}' comes after 'else'.");
        _open.Pop();
        if (branch == "else" && block.IsLoop) scope.Leave();
        _open.Push(block with { HasElse = branch == "else", IsLoop = block.IsLoop && branch != "else" });
    }

    public void Close(string tag, int line)
    {
        if (!_open.TryPeek(out var block)) throw TemplateMistakeException.At(line, $"'end{tag}' has no '{tag}' to end.");
        if (block.Tag != tag) throw TemplateMistakeException.At(line, $"'end{tag}' has no '{tag}' to end; '{block.Tag}' of line {block.Line} is open.");
        _open.Pop();
        if (block.IsLoop) scope.Leave();
    }

    public void AssertClosed()
    {
        if (_open.TryPeek(out var block)) throw TemplateMistakeException.At(block.Line, $"'{block.Tag}' has no 'end{block.Tag}'.");
    }

    private sealed record Block(string Tag, int Line, bool IsLoop, bool HasElse = false);
}
