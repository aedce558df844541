using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Contacts;

/// <summary>What texts may show of a contact: a closed set. Pure.</summary>
internal static class ContactNames
{
    /// <param name="contact">Where it is found.</param>
    public static Dictionary<string, Named<T>> Of<T>(Func<T, Contact> contact) => new()
    {
        ["id"] = Named<T>.Scalar(at => contact(at).Id),
        ["name"] = Named<T>.Scalar(at => contact(at).Name),
        ["phones"] = Named<T>.List(at => contact(at).Phones),
        ["emails"] = Named<T>.List(at => contact(at).Emails),
        ["externalId"] = Named<T>.Scalar(at => contact(at).ExternalId),
        ["attributes"] = Named<T>.Open(at => contact(at).Attributes.ToDictionary(attribute => attribute.Key, attribute => JsonValues.Plain(attribute.Value))),
        ["tags"] = Named<T>.List(at => contact(at).Tags),
        ["timeZone"] = Named<T>.Scalar(at => contact(at).TimeZone),
        ["locale"] = Named<T>.Scalar(at => contact(at).Locale),
        ["firstSeenAt"] = Named<T>.Scalar(at => contact(at).FirstSeenAt),
    };
}
