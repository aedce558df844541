using System.Text;
using PPMessage.Templates.Engine;

namespace PPMessage.Templates.Syntax;

/// <summary>Reads the words within one pair of braces, checks their names, and writes them as the library reads them without doubt.</summary>
internal sealed class Expressions(string markup, int line, Scope scope)
{
    private const int MostConditions = 50;

    private static readonly HashSet<string> Literals = ["true", "false", "nil", "null"];
    private static readonly HashSet<string> Emptiness = ["blank", "empty"];
    private static readonly HashSet<string> Reserved = [.. Literals, .. Emptiness, "and", "or", "contains", "in", "forloop"];
    private static readonly HashSet<string> Comparisons = ["==", "!=", "<>", "<", ">", "<=", ">=", "contains"];

    private readonly List<Token> _tokens = Lexer.Read(markup, line);
    private int _at;

    private Token Current => _tokens[_at];

    public TemplateMistakeException Wrong(string what) => TemplateMistakeException.At(line, what);

    public bool Skip(string sign)
    {
        if (!Current.Is(sign)) return false;
        _at++;
        return true;
    }

    public void Expect(string sign)
    {
        if (!Skip(sign)) throw Wrong($"'{sign}' is missing before {Found}.");
    }

    public void End()
    {
        if (Current.Kind != TokenKind.End) throw Wrong($"{Found} is not expected here.");
    }

    public bool IsAtEnd => Current.Kind == TokenKind.End;

    /// <summary>A value with its filters.</summary>
    public string Filtered()
    {
        var written = new StringBuilder(Value());
        while (Skip("|")) written.Append(" | ").Append(Filter());
        return written.ToString();
    }

    /// <summary>A name that the text makes itself.</summary>
    public string NewName()
    {
        var name = Take(TokenKind.Name, "a name");
        return Reserved.Contains(name) ? throw Wrong($"'{name}' is a word of the language and cannot be a name.") : name;
    }

    public string Value() => Current.Kind switch
    {
        TokenKind.Text or TokenKind.Number => Take(),
        TokenKind.Name when Literals.Contains(Current.Text) => Take(),
        TokenKind.Name when Emptiness.Contains(Current.Text) => throw Wrong($"'{Current.Text}' can only be compared with."),
        TokenKind.Name => Path(),
        TokenKind.Sign when Current.Text == "(" => throw Wrong("A range can only be what a 'for' goes through."),
        _ => throw Wrong(IsAtEnd ? "A value is missing." : $"{Found} is not expected here."),
    };

    /// <summary>What may be compared with: a value, or one of the words for emptiness.</summary>
    public string Operand() => Current.Kind == TokenKind.Name && Emptiness.Contains(Current.Text) ? Take() : Value();

    public string Condition()
    {
        var written = new StringBuilder(Comparison());
        for (var count = 1; Current.Is("and") || Current.Is("or"); count++)
        {
            if (count == MostConditions) throw Wrong($"There are more than {MostConditions} conditions.");
            written.Append(' ').Append(Take()).Append(' ').Append(Comparison());
        }

        return written.ToString();
    }

    /// <summary>A list's path, or a range.</summary>
    public string Collection()
    {
        if (!Skip("(")) return Path();
        var from = Bound();
        Expect("..");
        var to = Bound();
        Expect(")");
        return $"({from}..{to})";
    }

    /// <summary>A text or a number, as it is written.</summary>
    public string Constant() => Current.Kind is TokenKind.Text or TokenKind.Number ? Take() : throw Wrong($"A text in quotes or a number is missing before {Found}.");

    private string Found => IsAtEnd ? "the end" : $"'{Current.Text}'";

    private string Take() => _tokens[_at++].Text;

    private string Take(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Wrong($"{what} is missing before {Found}.");

    private string Comparison()
    {
        var left = Operand();
        return Comparisons.Contains(Current.Text) ? $"{left} {Take()} {Operand()}" : left;
    }

    private string Bound()
    {
        var bound = Value();
        return bound.AsSpan().ContainsAny(" \t\"'") || bound.AsSpan().StartsWith("(") ? throw Wrong("A range goes from one number to another.") : bound;
    }

    private string Filter()
    {
        var name = Take(TokenKind.Name, "The name of a filter");
        if (!LiquidEngine.Filters.TryGetValue(name, out var shape)) throw Wrong($"There is no filter '{name}'.");
        var arguments = new List<string>();
        if (Skip(":")) do arguments.Add(Value()); while (Skip(","));
        if (arguments.Count < shape.Fewest) throw Wrong($"The filter '{name}' needs more arguments: {shape.Fewest}.");
        if (arguments.Count > shape.Most) throw Wrong($"The filter '{name}' takes fewer arguments: {shape.Most}.");
        return arguments.Count == 0 ? name : $"{name} : {string.Join(" , ", arguments)}";
    }

    private string Path()
    {
        var root = Take(TokenKind.Name, "A name");
        if (!scope.Knows(root)) throw Wrong($"There is no '{root}'. There are: {scope.Roots}.");
        return root + Properties(root, mayHaveBrackets: true);
    }

    private string Properties(string root, bool mayHaveBrackets)
    {
        var (written, members) = (new StringBuilder(), new List<string?>());
        while (Current.Is(".") || (mayHaveBrackets && Current.Is("[")))
        {
            var isNamed = Current.Is(".");
            _at++;
            members.Add(isNamed ? Current.Text : Member());
            if (isNamed) written.Append('.').Append(Take(TokenKind.Name, "The name of a property"));
            else written.Append('[').Append(Subscript()).Append(']');
        }

        scope.Look(line, root, members);
        return written.ToString();
    }

    // In brackets; null: what it is called stands elsewhere.
    private string? Member() => Current.Kind switch
    {
        TokenKind.Text => Current.Text[1..^1],
        TokenKind.Number => Current.Text,
        _ => null,
    };

    private string Subscript()
    {
        var written = Current.Kind switch
        {
            TokenKind.Text when Current.Text.Contains(']') => throw Wrong("A name in brackets cannot have a ']' in it; assign it to a variable first."),
            TokenKind.Text or TokenKind.Number => Take(),
            TokenKind.Name when scope.Knows(Current.Text) => Current.Text + Properties(Take(), mayHaveBrackets: false),
            _ => throw Wrong($"{Found} is not expected in brackets."),
        };
        Expect("]");
        return written;
    }
}
