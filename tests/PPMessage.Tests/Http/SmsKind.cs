using PPMessage.Channels;
using PPMessage.Contacts;

namespace PPMessage.Tests.Http;

/// <summary>A kind of channel as a provider's slice would bring one.</summary>
internal sealed class SmsKind : IChannelKind
{
    public string Serves => "twilio/sms";

    public AddressKind Reaches => AddressKind.Phone;

    public bool AllowsSeveralOpen => false;

    public bool HasSubject => false;

    public IReadOnlyList<string> Identity => ["accountSid", "phoneNumber"];

    public IReadOnlyDictionary<string, string[]> Validate(IReadOnlyDictionary<string, string> settings, IReadOnlySet<string> secrets)
    {
        var mistakes = new Dictionary<string, string[]>();
        foreach (var name in settings.Keys.Except([.. Identity, "region"])) mistakes[$"settings.{name}"] = ["is not known"];
        foreach (var name in Identity.Where(name => !settings.ContainsKey(name))) mistakes[$"settings.{name}"] = ["is required"];
        if (!secrets.Contains("authToken")) mistakes["secrets.authToken"] = ["is required"];
        return mistakes;
    }

    public string ConnectsTo(IReadOnlyDictionary<string, string> settings) => string.Join(' ', Identity.Select(name => settings.GetValueOrDefault(name)));

    public IReadOnlyDictionary<string, string> Urls(Uri publicBaseUrl, string hookKey) => new Dictionary<string, string>
    {
        ["url"] = new Uri(publicBaseUrl, $"/hooks/{hookKey}/sms").ToString(),
        ["statusUrl"] = new Uri(publicBaseUrl, $"/hooks/{hookKey}/sms/status").ToString(),
    };
}
