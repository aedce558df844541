using System.Text.Json;

namespace PPMessage.Filters;

/// <summary>Reads a filter's groups and conditions. For one filter.</summary>
internal sealed class FilterCompiler(FindField fields, string path, Action<string, string> mistake)
{
    public const int Deepest = 10;
    public const int MostConditions = 100;

    private static readonly string[] Kinds = ["all", "any", "not", "field"];
    private static readonly string[] OfCondition = ["field", "op", "value"];

    private int _conditions;
    private bool _mistaken;

    /// <summary>Null when any mistake was told.</summary>
    public FilterNode? Compile(JsonElement json)
    {
        var root = Node(json, string.Empty, 1);
        if (_conditions > MostConditions) Mistake(string.Empty, $"may have at most {MostConditions} conditions");
        return _mistaken ? null : root;
    }

    private FilterNode? Node(JsonElement json, string at, int depth)
    {
        if (_conditions > MostConditions) return null;
        if (KindOf(json, at) is not { } kind) return Count<FilterNode>(null);
        if (kind == "field") return Count(Condition(json, at));
        NameUnknown(json, at, [kind]);
        var (inner, below) = (json.GetProperty(kind), Join(at, kind));
        if (depth > Deepest) return Count(Mistake<FilterNode>(at, $"is nested more than {Deepest} deep"));
        if (kind == "not") return Node(inner, below, depth + 1) is { } part ? new Not(part) : null;
        return Parts(inner, below, depth) is { } parts ? kind == "all" ? new AllOf(parts) : new AnyOf(parts) : null;
    }

    private string? KindOf(JsonElement json, string at)
    {
        if (json.ValueKind != JsonValueKind.Object) return Mistake<string>(at, "must be an object with all, any, not or field");
        if (Reading.Names(json) is not { } names) return Mistake<string>(at, "has a property whose name is no text");
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Skip(1).Any()) is { } twice) return Mistake<string>(Join(at, twice.Key), "is there more than once");
        var found = Kinds.Where(names.Contains).ToList();
        return found switch
        {
            [] => Mistake<string>(at, "needs one of all, any, not and field"),
            [var kind] => kind,
            _ => Mistake<string>(at, $"may have only one of all, any, not and field, not {string.Join(" and ", found)}"),
        };
    }

    // An empty list is a filter that nobody has finished. It must not select everybody, which is what an empty "all" means in logic.
    private FilterNode[]? Parts(JsonElement list, string at, int depth)
    {
        if (list.ValueKind != JsonValueKind.Array) return Count(Mistake<FilterNode[]>(at, "must be a list of filters"));
        if (list.GetArrayLength() == 0) return Count(Mistake<FilterNode[]>(at, "must not be empty"));
        var parts = list.EnumerateArray().Select((part, i) => Node(part, $"{at}[{i}]", depth + 1)).ToList();
        return parts.Contains(null) ? null : [.. parts.OfType<FilterNode>()];
    }

    private Condition? Condition(JsonElement json, string at)
    {
        NameUnknown(json, at, OfCondition);
        if (FieldOf(json, at) is not { } field || OperatorOf(json, at, field) is not { } op) return null;
        var reader = new ValueReader(field, op, (where, what) => Mistake(where, what));
        var predicate = reader.Read(json.TryGetProperty("value", out var value) ? value : default, Join(at, "value"));
        return predicate is null ? null : new(at, field.Name, op.Name, reader.Wanted, predicate, op.Negates);
    }

    private Field? FieldOf(JsonElement json, string at)
    {
        if (Reading.Text(json.GetProperty("field")) is not { } name) return Mistake<Field>(Join(at, "field"), "must be the name of a field");
        return fields(name) ?? Mistake<Field>(Join(at, "field"), "is not a known field");
    }

    private Operator? OperatorOf(JsonElement json, string at, Field field)
    {
        var allowed = Operator.All.Where(op => op.Allows(field.Type)).Select(op => op.Name);
        if (!json.TryGetProperty("op", out var name)) return Mistake<Operator>(Join(at, "op"), $"is required: one of {string.Join(", ", allowed)}");
        return Operator.Find(Reading.Text(name) ?? string.Empty) is { } op && op.Allows(field.Type)
            ? op
            : Mistake<Operator>(Join(at, "op"), $"must be one of: {string.Join(", ", allowed)}");
    }

    private void NameUnknown(JsonElement json, string at, string[] known)
    {
        foreach (var property in json.EnumerateObject().Where(property => !known.Contains(property.Name)))
            Mistake(Join(at, property.Name), $"is not known; it may be {string.Join(", ", known)}");
    }

    // What is broken counts as well: so a huge filter ends soon, whatever is in it.
    private T? Count<T>(T? part)
    {
        _conditions++;
        return part;
    }

    private T? Mistake<T>(string at, string message) where T : class
    {
        Mistake(at, message);
        return null;
    }

    private void Mistake(string at, string message)
    {
        _mistaken = true;
        mistake(Join(path, at), message);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";
}
