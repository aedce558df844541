using PPMessage.Http;

namespace PPMessage.Contacts.Attributes;

/// <summary>What the API's document says of contact attributes.</summary>
internal static class AttributesOperations
{
    private const string Tag = "Contact attributes";

    private const string Example =
        $$"""
        {"key":"{{Samples.Attribute}}","name":"会员等级","type":"choice","choices":["金卡","银卡"],
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"}
        """;

    public static Operation List() =>
        new Operation(Tag, "listContactAttributes", "Lists the definitions of contact attributes", "By key.").Pages()
            .Answers(200, "Definitions.", AttributesJson.Default.PageAttributeView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Get() => Shown(One("getContactAttribute", "Reads a definition"));

    public static Operation Create() =>
        new Operation(Tag, "createContactAttribute", "Defines a contact attribute",
                "What it may hold: checked when a contact is written. Attributes without a definition hold whatever they are given.").Repeatable()
            .Takes(
                new Shape("NewContactAttribute").Text("key", "Its name on contacts: a letter (A–Z), then up to 63 letters, digits or _. Never changes.")
                    .Word<AttributeType>("type", "Never changes. date: 2026-11-22; choice: one of choices; list: texts.").Editable().Required("key", "type", "name"),
                $$"""{"key":"{{Samples.Attribute}}","name":"会员等级","type":"choice","choices":["金卡","银卡"]}""")
            .Refuses(409, "There is one with this key, or there are as many as there can be (200).")
            .Answers(201, "The definition.", AttributesJson.Default.AttributeView, Example).With("Location", "ETag");

    public static Operation Change() =>
        Shown(One("changeContactAttribute", "Changes a definition", "What is left out stays. What stands on contacts stays too, until somebody changes it.").IfMatch()
            .Takes(new Shape("ContactAttributeChange").Text("key", "Nothing but its own.").Text("type", "Nothing but its own.").Editable(),
                """{"name":"会员等级","choices":["钻石卡","金卡","银卡"]}""")
            .Refuses(409, "It has another type, which never changes; or others change it at the same time."));

    public static Operation Delete() =>
        One("deleteContactAttribute", "Deletes a definition", "What stands on contacts stays.").IfMatch().Refuses(409).Answers(204, "It is gone.");

    private static Operation One(string id, string summary, string? description = null) =>
        new Operation(Tag, id, summary, description).Path("key", "The attribute's key.", Samples.Attribute);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The definition.", AttributesJson.Default.AttributeView, Example).With("ETag");

    private static Shape Editable(this Shape shape) => shape
        .Text("name", "For people; at most 200 characters.")
        .Texts("choices", "Of the type choice only: 1 to 500, each of at most 200 characters.");
}
