using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Contacts;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Contact))]
[JsonSerializable(typeof(AddressOwner))]
[JsonSerializable(typeof(ContactConversation))]
internal sealed partial class ContactsJson : JsonSerializerContext;
