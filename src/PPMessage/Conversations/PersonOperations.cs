using PPMessage.Contacts;
using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary>What the API's document says of merging and erasing contacts.</summary>
internal static class PersonOperations
{
    public static Operation Merge() =>
        ContactsOperations.One("mergeContact", "Makes one contact of two",
                "This one becomes part of the other; its id and its external id go on standing for it. It can't be undone. Asked again, it finishes what is left to do.").IfMatch()
            .Takes(new Shape("Merge").Text("into", "The id of the contact that is left.").Required("into"), $$"""{"into":"{{Samples.OtherContact}}"}""")
            .Refuses(409, "It was merged into another one before, or others change one of them at the same time.")
            .Refuses(422, "Together they would have more than a contact may.")
            .Answers(200, "The contact that is left.", ContactsApiJson.Default.ContactView, ContactsOperations.Merged).With("ETag")
            .Answers(202, "Decided; the rest is being done. Location is the contact that is left.").With("Location");

    public static Operation Erase() =>
        ContactsOperations.One("eraseContact", "Erases all personal data of a contact", "Messages, files and mentions included. It can't be undone.").IfMatch()
            .Refuses(409, "It was merged into another one: erase that.")
            .Answers(204, "All that lies at rest is gone.").Answers(202, "Decided; the rest is being done.");
}
