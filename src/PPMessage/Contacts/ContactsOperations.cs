using PPMessage.Http;

namespace PPMessage.Contacts;

/// <summary>What the API's document says of contacts.</summary>
internal static class ContactsOperations
{
    public const string Tag = "Contacts";

    private const string Written =
        $$"""
        {"name":"李薇","phones":["{{Samples.Phone}}"],"emails":["{{Samples.Email}}"],"externalId":"{{Samples.ExternalId}}",
        "attributes":{"plan":"gold","orders":3,"vip":true},"tags":["老客户"],"timeZone":"Asia/Shanghai","locale":"zh-CN"}
        """;

    private const string Fields =
        $$"""
        "name":"李薇","phones":["{{Samples.Phone}}"],"emails":["{{Samples.Email}}"],"externalId":"{{Samples.ExternalId}}",
        "attributes":{"plan":"gold","orders":3,"vip":true},"tags":["老客户"],"timeZone":"Asia/Shanghai","locale":"zh-CN",
        "firstSeenAt":"2026-11-02T03:14:15Z","createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"
        """;

    /// <summary>As it is shown by itself.</summary>
    public const string Example =
        $$"""
        {"id":"{{Samples.Contact}}",{{Fields}},"lastSeenAt":"2026-11-20T08:00:00Z","consent":[{"channelId":"{{Samples.Channel}}",
        "address":"{{Samples.Phone}}","stopped":false,"onlyCampaigns":false,"at":"2026-11-19T07:00:00Z","history":[{"stopped":true,"reason":"stop",
        "source":"word","detail":"TD","messageId":null,"at":"2026-11-18T07:00:00Z"},{"stopped":false,"reason":"stop","source":"word","detail":"START","messageId":null,
        "at":"2026-11-19T07:00:00Z"}]}],"online":true}
        """;

    /// <summary>As it is shown by itself, with another one in it.</summary>
    public static readonly string Merged = Example.Replace("\"online\":true", $"\"mergedFrom\":[\"{Samples.OtherContact}\"],\"formerExternalIds\":[\"crm-0815\"],\"online\":true", StringComparison.Ordinal);

    public static Operation List() =>
        new Operation(Tag, "listContacts", "Lists contacts",
                "All of them, or the one that an address or an external id belongs to. What conversations know of a contact is shown with the contact itself only.")
            .Query("address", "A phone number or an e-mail address. A plus sign is written %2B.", Samples.Phone)
            .Query("externalId", "The contact's id in another system. Not beside address.")
            .Pages()
            .Answers(200, "Contacts.", ContactsApiJson.Default.PageContactView, $$"""{"items":[{"id":"{{Samples.Contact}}",{{Fields}}}],"next":null}""");

    public static Operation Create() =>
        new Operation(Tag, "createContact", "Makes a contact").Repeatable().Takes(Shape("NewContact"), Written)
            .Refuses(409, "An address belongs to another contact, which is named; or the first try of this request is running.")
            .Answers(201, "The contact.", ContactsApiJson.Default.ContactView, $$"""{"id":"{{Samples.Contact}}",{{Fields}}}""").With("Location", "ETag");

    public static Operation Get() => One("getContact", "Reads a contact",
            "The id of one that was merged stands for the contact that is left.").Answers(200, "The contact.", ContactsApiJson.Default.ContactView, Example).With("ETag");

    public static Operation Change() =>
        One("changeContact", "Changes a contact", "What is left out stays, null clears (JSON merge patch). Lists are replaced, attributes are merged.").IfMatch()
            .Takes(Shape("ContactChange"), """{"name":"李薇（上海）","attributes":{"plan":null,"orders":4},"tags":["老客户","重要"]}""")
            .Refuses(409, "An address belongs to another contact, which is named.")
            .Answers(200, "The contact as it is now.", ContactsApiJson.Default.ContactView, Example).With("ETag");

    public static Operation SetPresence() =>
        One("setContactPresence", "Says that a contact is using the site or the app", "A heart-beat: it lapses after 60 seconds.")
            .Takes(new Shape("ContactPresence").Flag("online", "False: it has left.").Required("online"), """{"online":true}""")
            .Answers(204, "Noted.");

    /// <summary>One contact, by its id.</summary>
    public static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The contact's id.", Samples.Contact);

    private static Shape Shape(string name) => new Shape(name)
        .OptionalText("name", "At most 200 characters.")
        .Texts("phones", "With the country code, or as they are dialled in the country of the SMS channel. At most 20.")
        .Texts("emails", "At most 20.")
        .OptionalText("externalId", "Its id in another system; at most 200 characters.")
        .Texts("tags", "At most 100.")
        .Json("attributes", "By name: texts, numbers, truth values and lists of texts; what a contact attribute's definition says, where it has one. null removes one.", """{"type":["object","null"]}""")
        .OptionalText("timeZone", "An IANA name, such as Asia/Shanghai.")
        .OptionalText("locale", "Such as zh-CN.");
}
