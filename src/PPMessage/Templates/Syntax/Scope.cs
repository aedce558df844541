namespace PPMessage.Templates.Syntax;

/// <summary>The names that are known at a place in a text.</summary>
internal sealed class Scope(IReadOnlySet<string> roots)
{
    private readonly HashSet<string> _made = [];
    private readonly Stack<string> _loops = new();
    private readonly HashSet<string> _mentions = [];
    private readonly List<TemplateLook> _looks = [];

    public IReadOnlySet<string> Mentions => _mentions;

    /// <summary>At what lies within roots. Whatever the text itself makes under a root's name may hold anything, wherever it is looked at.</summary>
    public IEnumerable<TemplateLook> Looks => _looks.Where(look => !_made.Contains(look.Root));

    public string Roots => string.Join(", ", roots.Order(StringComparer.Ordinal));

    // An object whose name was assigned may still be looked at: the assignment may stand where it is not reached.
    public bool Knows(string name)
    {
        if (_loops.Contains(name) || (name == "forloop" && _loops.Count > 0)) return true;
        if (!roots.Contains(name)) return _made.Contains(name);
        _mentions.Add(name);
        return true;
    }

    public void Look(int line, string name, IReadOnlyList<string?> members)
    {
        if (members.Count > 0 && roots.Contains(name) && !_loops.Contains(name)) _looks.Add(new TemplateLook(line, name, members));
    }

    public void Make(string name) => _made.Add(name);

    public void Enter(string loopVariable) => _loops.Push(loopVariable);

    public void Leave() => _loops.Pop();
}
