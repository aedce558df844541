using System.Globalization;

namespace PPMessage.Local.Sandbox;

/// <summary>
/// The form of an inbound callback (https://www.twilio.com/docs/messaging/guides/webhook-request); places that Twilio does not know are empty and
/// signed all the same.
/// </summary>
internal static class InboundFields
{
    public static List<KeyValuePair<string, string>> Of(SandboxMessage message, SandboxNumber number, OptOut? optOut, Uri api)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("ToCountry", Country(message.To)), new("ToState", ""), new("SmsMessageSid", message.Sid), new("NumMedia", Text(message.Media.Count)),
            new("ToCity", ""), new("FromZip", ""), new("SmsSid", message.Sid), new("FromState", ""), new("SmsStatus", "received"), new("FromCity", ""),
            new("Body", message.Body), new("FromCountry", Country(message.From!)), new("To", message.To), new("ToZip", ""),
            new("NumSegments", Text(message.Segments)), new("MessageSid", message.Sid), new("AccountSid", message.AccountSid),
            new("From", message.From!), new("ApiVersion", "2010-04-01"),
        ];
        var path = $"{TwilioDoor.Root}/Accounts/{message.AccountSid}/Messages/{message.Sid}/Media";
        for (var i = 0; i < message.Media.Count; i++)
        {
            fields.Add(new($"MediaContentType{i}", message.Media[i].ContentType));
            fields.Add(new($"MediaUrl{i}", new Uri(api, $"{path}/{message.Media[i].Sid}").AbsoluteUri));
        }

        if (number.MessagingServiceSid is { } service) fields.Add(new("MessagingServiceSid", service));
        if (number.AdvancedOptOut && optOut is not null) fields.Add(new("OptOutType", optOut.Type));
        return fields;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Country(string number) => number switch
    {
        ['+', '1', ..] => "US",
        ['+', '4', '4', ..] => "GB",
        ['+', '4', '9', ..] => "DE",
        ['+', '8', '6', ..] => "CN",
        _ => "",
    };
}
