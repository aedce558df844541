namespace PPMessage.Filters;

internal enum FieldType
{
    /// <summary>Not known before run time, as with a flow's variables: every operator may be used and the value decides.</summary>
    Any,

    Text,
    Number,

    Boolean,

    /// <summary>An instant.</summary>
    Time,

    /// <summary>A date without time or zone, such as a birthday.</summary>
    Day,

    /// <summary>One of some texts.</summary>
    Choice,

    /// <summary>Texts, such as tags.</summary>
    List,
}

/// <summary>What a filter can look at. Where there are choices, no other text may be asked for.</summary>
internal sealed record Field(string Name, FieldType Type, IReadOnlyList<string>? Choices = null);

/// <summary>Null: there is no such field. Values are then looked up by the name of the field that was found.</summary>
internal delegate Field? FindField(string name);

/// <summary>The value that a field has now; <see cref="FieldValue.None"/> for one that has none.</summary>
internal delegate FieldValue Lookup(string field);
