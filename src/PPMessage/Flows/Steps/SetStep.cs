using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Flows.Steps;

/// <summary>
/// Changes variables, the contact's attributes and tags, and the conversation's tags. Texts are Liquid, those of tags, too; other values are taken as they stand; null
/// removes. What the contact can't hold (a name that is empty or too long, an attribute of another type) is <c>failed</c>.
/// </summary>
internal sealed class SetStep : Step
{
    public const string Word = "set";
    public const string Done = "done";

    private const int Most = 50;
    private const int LongestValue = 1000;
    private const int LongestName = 100;

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [Done];

    public required IReadOnlyDictionary<string, Value> Variables { get; init; }

    public required IReadOnlyDictionary<string, Value> Attributes { get; init; }

    public required Template? ContactName { get; init; }

    public required TagTexts AddTags { get; init; }

    public required TagTexts RemoveTags { get; init; }

    public required TagTexts AddConversationTags { get; init; }

    public required TagTexts RemoveConversationTags { get; init; }

    public static SetStep Read(StepReader reader)
    {
        var (contact, conversation) = (reader.Fields.Object("contact"), reader.Fields.Object("conversation"));
        if (!reader.Has("variables") && !reader.Has("contact") && !reader.Has("conversation")) reader.Refuse("variables", "name something to set: variables, contact or conversation");
        return new SetStep
        {
            Name = reader.Name,
            Variables = Values(reader, reader.Fields, "variables", "variables"),
            Attributes = Values(reader, contact, "attributes", "contact.attributes"),
            ContactName = contact.Json("name") is { } name ? reader.TextOf("contact.name", name, LongestName) : null,
            AddTags = TagTexts.Read(reader, contact, "addTags", "contact.addTags"),
            RemoveTags = TagTexts.Read(reader, contact, "removeTags", "contact.removeTags"),
            AddConversationTags = TagTexts.Read(reader, conversation, "addTags", "conversation.addTags"),
            RemoveConversationTags = TagTexts.Read(reader, conversation, "removeTags", "conversation.removeTags"),
        };
    }

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        var (variables, mistake) = await ValuesAsync(scope, Variables, cancellation);
        foreach (var (name, value) in variables) mistake ??= scope.Set(name, value);
        if (mistake is not null) return Move.Failed(mistake);
        var (tagged, wrong) = await TaggedAsync(scope, cancellation);
        mistake = wrong ?? await ChangeContactAsync(scope, cancellation);
        if (mistake is not null) return Move.Failed(mistake);
        scope.Conversation = tagged;
        return new Move.On(Done);
    }

    /// <summary>The conversation with its tags changed; null: there is none.</summary>
    private async ValueTask<(Conversation? Conversation, string? Mistake)> TaggedAsync(StepScope scope, CancellationToken cancellation)
    {
        if (scope.Conversation is not { } conversation) return (null, null);
        var (added, mistake) = await AddConversationTags.OfAsync(scope, cancellation);
        var (removed, wrong) = await RemoveConversationTags.OfAsync(scope, cancellation);
        if ((mistake ?? wrong) is { } why) return (conversation, why);
        var tags = conversation.Tags.Except(removed).Union(added).ToList();
        if (tags.Count > ConversationsApi.MostTags && tags.Count > conversation.Tags.Count) return (conversation, $"The conversation would have more than {ConversationsApi.MostTags} tags.");
        return (tags.SequenceEqual(conversation.Tags) ? conversation : conversation with { Tags = tags }, null);
    }

    private async ValueTask<string?> ChangeContactAsync(StepScope scope, CancellationToken cancellation)
    {
        if (Attributes.Count == 0 && AddTags.Texts.Count == 0 && RemoveTags.Texts.Count == 0 && ContactName is null) return null;
        var (attributes, mistake) = await ValuesAsync(scope, Attributes, cancellation);
        var name = ContactName is null ? default : await scope.RenderAsync(ContactName, cancellation);
        var (added, removed) = (await AddTags.OfAsync(scope, cancellation), await RemoveTags.OfAsync(scope, cancellation));
        var named = name.Text?.Trim();
        if ((mistake ?? name.Mistake ?? NameMistake(named) ?? added.Mistake ?? removed.Mistake) is { } why) return why;
        var typed = attributes.ToDictionary(attribute => attribute.Key, attribute => ContactChanges.Typed(attribute.Key, attribute.Value, scope.Workplace.Attributes));
        var change = new ContactChange(scope.Key, typed, added.Tags, removed.Tags) { Name = named };
        if (await scope.PersonAsync(withPresence: false, cancellation) is not { } person) return "The contact is gone.";
        if ((MistakeOf(typed, scope.Workplace.Attributes) ?? ContactChanges.Mistake(ContactChanges.Apply(person.Contact, change))) is { } refused) return refused;
        scope.Change(change);
        return null;
    }

    private static string? NameMistake(string? name) => name is not null && ContactEdit.NameMistake(name) is { } mistake ? $"The contact's name {mistake}." : null;

    private static string? MistakeOf(IReadOnlyDictionary<string, JsonElement> attributes, KnownAttributes known) => attributes
        .Where(attribute => attribute.Value.ValueKind != JsonValueKind.Null)
        .Select(attribute => known.Mistake(attribute.Key, attribute.Value) is { } mistake ? $"The attribute {attribute.Key} {mistake}." : null)
        .FirstOrDefault(mistake => mistake is not null);

    private static async ValueTask<(IReadOnlyDictionary<string, JsonElement> Values, string? Mistake)> ValuesAsync(
        StepScope scope, IReadOnlyDictionary<string, Value> values, CancellationToken cancellation)
    {
        var found = new Dictionary<string, JsonElement>();
        foreach (var (name, value) in values)
        {
            var (json, mistake) = await value.OfAsync(scope, cancellation);
            if (mistake is not null) return (found, mistake);
            found[name] = json;
        }

        return (found, null);
    }

    private static Dictionary<string, Value> Values(StepReader reader, Fields fields, string field, string path)
    {
        var values = new Dictionary<string, Value>();
        if (fields.Json(field) is not { } all) return values;
        if (all.ValueKind != JsonValueKind.Object || all.GetPropertyCount() > Most)
        {
            reader.Refuse(path, $"must be an object with at most {Most} entries");
            return values;
        }

        foreach (var entry in all.EnumerateObject())
        {
            if (field == "variables" && !FlowNames.IsName(entry.Name)) reader.Refuse($"{path}.{entry.Name}", FlowNames.Rule);
            if (field == "attributes" && entry.Value.ValueKind != JsonValueKind.Null && ContactEdit.AttributeMistake(entry.Value) is { } mistake) reader.Refuse($"{path}.{entry.Name}", mistake);
            else if (Value.Read(reader, $"{path}.{entry.Name}", entry.Value, LongestValue) is { } value) values[entry.Name] = value;
        }

        return values;
    }
}

/// <summary>A value in a definition: a Liquid text, or what stands there.</summary>
internal sealed record Value(Template? Text, JsonElement Json)
{
    public static Value? Read(StepReader reader, string path, JsonElement value, int longest)
    {
        if (value.ValueKind == JsonValueKind.String && JsonText.Of(value) is not { Length: 0 }) return reader.TextOf(path, value, longest) is { } text ? new Value(text, default) : null;
        if (value.GetRawText().Length <= longest && JsonText.AreIn(value)) return new Value(null, value.Clone());
        reader.Refuse(path, JsonText.AreIn(value) ? $"may have at most {longest} characters" : "has a text in it that is none");
        return null;
    }

    public async ValueTask<(JsonElement Json, string? Mistake)> OfAsync(StepScope scope, CancellationToken cancellation)
    {
        if (Text is null) return (Json, null);
        var rendered = await scope.RenderAsync(Text, cancellation);
        return rendered.Text is { } text ? (JsonSerializer.SerializeToElement(text, FlowJson.Default.String), null) : (default, rendered.Mistake);
    }
}
