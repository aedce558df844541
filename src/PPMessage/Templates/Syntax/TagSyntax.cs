using System.Text;

namespace PPMessage.Templates.Syntax;

/// <summary>Checks a tag and writes it as the library reads it.</summary>
internal static class TagSyntax
{
    public static string Read(string tag, Expressions rest, Scope scope, Blocks blocks, int line)
    {
        var written = tag switch
        {
            "assign" => Assign(rest, scope),
            "capture" => Capture(rest, scope, blocks, line),
            "increment" or "decrement" => Counter(rest, scope),
            "if" or "unless" => Opened(tag, rest.Condition(), blocks, line),
            "ifchanged" => Opened(tag, string.Empty, blocks, line),
            "case" => Opened(tag, rest.Value(), blocks, line),
            "for" => For(rest, blocks, line),
            "cycle" => Cycle(rest),
            _ => Inner(tag, rest, blocks, line),
        };
        rest.End();
        return written.Length == 0 ? tag : $"{tag} {written}";
    }

    private static string Inner(string tag, Expressions rest, Blocks blocks, int line)
    {
        switch (tag)
        {
            case "else":
                blocks.Branch(tag, line, "if", "unless", "case", "for");
                return string.Empty;
            case "elsif":
                blocks.Branch(tag, line, "if", "unless");
                return rest.Condition();
            case "when":
                blocks.Branch(tag, line, "case");
                return When(rest);
            case "break" or "continue" when blocks.IsWithin("for"):
                return string.Empty;
            case "endif" or "endunless" or "endcase" or "endfor" or "endcapture" or "endifchanged":
                blocks.Close(tag["end".Length..], line);
                return string.Empty;
            default:
                throw rest.Wrong(Refusal(tag));
        }
    }

    private static string Refusal(string tag) => tag switch
    {
        "" => "The name of a tag is missing.",
        "include" or "render" or "extends" or "block" or "layout" or "section" => $"'{tag}' would read another template; there is none to read.",
        "break" or "continue" => $"'{tag}' stands outside of 'for'.",
        _ => $"There is no tag '{tag}'.",
    };

    private static string Opened(string tag, string written, Blocks blocks, int line)
    {
        blocks.Open(tag, line);
        return written;
    }

    private static string Assign(Expressions rest, Scope scope)
    {
        var name = rest.NewName();
        rest.Expect("=");
        var value = rest.Filtered();
        scope.Make(name);
        return $"{name} = {value}";
    }

    private static string Capture(Expressions rest, Scope scope, Blocks blocks, int line)
    {
        var name = rest.NewName();
        scope.Make(name);
        return Opened("capture", name, blocks, line);
    }

    private static string Counter(Expressions rest, Scope scope)
    {
        var name = rest.NewName();
        scope.Make(name);
        return name;
    }

    private static string When(Expressions rest)
    {
        var values = new List<string> { rest.Operand() };
        while (rest.Skip(",") || rest.Skip("or")) values.Add(rest.Operand());
        return string.Join(" , ", values);
    }

    private static string For(Expressions rest, Blocks blocks, int line)
    {
        var variable = rest.NewName();
        if (variable.Contains('-')) throw rest.Wrong("The name of a loop's variable cannot have a hyphen.");
        rest.Expect("in");
        var written = new StringBuilder($"{variable} in {rest.Collection()}");
        var bounds = new StringBuilder();
        var reversed = false;
        while (!rest.IsAtEnd)
        {
            if (rest.Skip(",")) continue;
            if (rest.Skip("reversed")) reversed = true;
            else bounds.Append(Bound(rest));
        }

        blocks.Open("for", line, variable);
        return written.Append(reversed ? " reversed" : string.Empty).Append(bounds).ToString();
    }

    private static string Bound(Expressions rest)
    {
        var name = rest.Skip("limit") ? "limit" : "offset";
        if (name == "offset") rest.Expect("offset");
        rest.Expect(":");
        return $" {name}:{(name == "offset" && rest.Skip("continue") ? "continue" : rest.Value())}";
    }

    // The library cuts at each comma, also at one within quotes.
    private static string Cycle(Expressions rest)
    {
        var values = new List<string> { rest.Constant() };
        var group = rest.Skip(":") ? values[0] : null;
        if (group is not null) values = [rest.Constant()];
        while (rest.Skip(",")) values.Add(rest.Constant());
        if (values.Append(group).Any(value => value?.Contains(',') == true)) throw rest.Wrong("A text of a 'cycle' cannot have a comma.");
        return (group is null ? string.Empty : $"{group} : ") + string.Join(" , ", values);
    }
}
