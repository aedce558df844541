using System.Buffers;
using System.Globalization;
using System.Text;
using PPMessage.Channels;
using PPMessage.Contacts;

namespace PPMessage.Mailgun;

/// <summary>What a channel of kind <c>email</c> and provider <c>mailgun</c> needs, and which URLs Mailgun calls it by.</summary>
internal sealed class MailgunChannels : IChannelKind
{
    public const string EmailOfMailgun = "mailgun/email";

    public const string Domain = "domain";

    /// <summary><c>us</c> (the default) or <c>eu</c>: where the domain was made, which can't be changed at Mailgun.</summary>
    public const string Region = "region";

    /// <summary>What mails come from, unless the contact knows another of our addresses.</summary>
    public const string Address = "address";

    public const string DisplayName = "displayName";

    public const string ApiKey = "apiKey";

    /// <summary>Proves callbacks. Not the API key, although new accounts may begin with the two being equal.</summary>
    public const string WebhookSigningKey = "webhookSigningKey";

    private static readonly SearchValues<char> NotPlain = SearchValues.Create("<>,;\"()");

    private static readonly Dictionary<string, Func<string, string?>> Settings = new()
    {
        [Domain] = WrongDomain,
        [Region] = value => value is "us" or "eu" ? null : "must be us or eu: where the domain was made",
        [Address] = WrongAddress,
        [DisplayName] = value => value.Any(char.IsControl) ? "must be one line of text" : null,
    };

    private static readonly string[] Secrets = [ApiKey, WebhookSigningKey];

    public string Serves => EmailOfMailgun;

    public AddressKind Reaches => AddressKind.Email;

    public bool AllowsSeveralOpen => true;

    public bool HasSubject => true;

    public IReadOnlyList<string> Identity { get; } = [Domain, Address];

    public IReadOnlyDictionary<string, string[]> Validate(IReadOnlyDictionary<string, string> settings, IReadOnlySet<string> secrets)
    {
        var mistakes = new Dictionary<string, string[]>();
        foreach (var (name, value) in settings)
            if (WrongSetting(name, value) is { } mistake) mistakes[$"settings.{name}"] = [mistake];
        foreach (var name in secrets.Except(Secrets)) mistakes[$"secrets.{name}"] = ["is not a secret of a Mailgun channel: those are apiKey and webhookSigningKey"];
        foreach (var name in new[] { Domain, Address }.Where(name => !settings.ContainsKey(name))) mistakes[$"settings.{name}"] = ["is required"];
        if (!secrets.Contains(ApiKey)) mistakes[$"secrets.{ApiKey}"] = ["is required"];
        if (!secrets.Contains(WebhookSigningKey))
            mistakes[$"secrets.{WebhookSigningKey}"] = ["is required: callbacks can't be verified without it. Mailgun shows it as \"HTTP webhook signing key\"; it is not the API key"];
        return mistakes;
    }

    public string ConnectsTo(IReadOnlyDictionary<string, string> settings) =>
        $"{settings.GetValueOrDefault(Region, "us")} {settings.GetValueOrDefault(Domain)} {settings.GetValueOrDefault(Address)}".ToLowerInvariant();

    public IReadOnlyDictionary<string, string> Urls(Uri publicBaseUrl, string hookKey) => new Dictionary<string, string>
    {
        ["url"] = MailgunUrls.Mail(publicBaseUrl, hookKey),
        ["mimeUrl"] = MailgunUrls.Mime(publicBaseUrl, hookKey),
        ["eventsUrl"] = MailgunUrls.Events(publicBaseUrl, hookKey),
    };

    private static string? WrongSetting(string name, string value) => name switch
    {
        _ when Settings.TryGetValue(name, out var rule) => rule(value),
        _ when Secrets.Contains(name) => $"is a secret: it goes into secrets.{name}",
        _ => "is not a setting of a Mailgun channel",
    };

    private static string? WrongDomain(string value) => value switch
    {
        _ when value.Contains("://", StringComparison.Ordinal) || value.Contains('/') => "must be the domain alone, such as mg.example.com, not a URL",
        _ when value.Contains('@') => "must be the domain alone, such as mg.example.com; the address goes into address",
        _ when !IsDomain(value) => AsciiOf(value) is { } ascii ? $"must be the domain name as mail servers write it: {ascii}" : "must be a domain name such as mg.example.com",
        _ => null,
    };

    // Mailgun tells recipients as SMTP has them, and routes are matched against that.
    private static string? WrongAddress(string value)
    {
        if (Contacts.Address.OfEmail(value) is null || value.AsSpan().ContainsAny(NotPlain)) return "must be a plain address such as support@mg.example.com; a name goes into displayName";
        var (local, domain) = (value.Split('@')[0], value.Split('@')[1]);
        return AsciiOf(domain) is { } ascii ? $"must have its domain as mail servers write it: {local}@{ascii}" : null;
    }

    /// <summary>A name's ASCII form (IDNA); null: it has none, or is in it already.</summary>
    private static string? AsciiOf(string domain)
    {
        try
        {
            return !Ascii.IsValid(domain) && new IdnMapping().GetAscii(domain) is var ascii && IsDomain(ascii) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsDomain(string text) =>
        text.Length <= 253 && text.Split('.') is { Length: >= 2 } labels && labels.All(IsLabel);

    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && text[0] != '-' && text[^1] != '-';
}
