using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Contacts.Facts;
using PPMessage.Http;

namespace PPMessage.Contacts;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(Contact))]
[JsonSerializable(typeof(AddressOwner))]
[JsonSerializable(typeof(ContactConversation))]
[JsonSerializable(typeof(Presence))]
[JsonSerializable(typeof(Standing))]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(SeenFact))]
[JsonSerializable(typeof(ConsentFact))]
internal sealed partial class ContactsJson : JsonSerializerContext
{
    static ContactsJson() => Default = new ContactsJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
