using PhoneNumbers;

namespace PPMessage.Contacts;

internal enum AddressKind
{
    Phone,
    Email,

    /// <summary>The contact's id in somebody else's system; unique like an address.</summary>
    External,
}

/// <summary>What a contact is reached or known by, in canonical form: equal addresses are equal strings.</summary>
/// <param name="Value">Phones: E.164, or a short code or sender name in upper case. E-mail: trimmed, domain and local part in lower case.</param>
internal sealed record Address(AddressKind Kind, string Value)
{
    private const int LongestE164 = 16;
    private const int ShortestE164 = 8;

    /// <summary>
    /// A sender as a provider names it, whatever it looks like (short codes, names such as SUPPORT, mail addresses that are none): a message from one is
    /// still a message.
    /// </summary>
    public static Address OfSender(AddressKind kind, string from)
    {
        var text = from.Trim();
        return kind == AddressKind.Phone
            ? new Address(kind, IsE164(text) ? text : text.ToUpperInvariant())
            : new Address(kind, text.ToLowerInvariant());
    }

    /// <summary>What a person typed; null when it is none of its kind.</summary>
    /// <inheritdoc cref="OfPhone"/>
    public static Address? OfTyped(AddressKind kind, string text, string? region) => kind switch
    {
        AddressKind.Phone => OfPhone(text, region),
        AddressKind.Email => OfEmail(text),
        _ => OfExternalId(text),
    };

    /// <summary>A phone number that a person typed, read with the region's habits when it has no country code; null when it is none.</summary>
    /// <param name="region">ISO 3166 alpha-2, e.g. <c>CN</c>; null: only international forms are read.</param>
    public static Address? OfPhone(string text, string? region)
    {
        try
        {
            var number = PhoneNumberUtil.GetInstance().ParseAndKeepRawInput(text.Trim(), region);
            // Without a country code a number of another country can look like one of this region: 139 0013 9000 is possible, and nobody's, in the United States.
            var isInternational = number.CountryCodeSource == PhoneNumbers.PhoneNumber.Types.CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN;
            return (isInternational ? PhoneNumberUtil.GetInstance().IsPossibleNumber(number) : PhoneNumberUtil.GetInstance().IsValidNumber(number))
                ? new Address(AddressKind.Phone, PhoneNumberUtil.GetInstance().Format(number, PhoneNumberFormat.E164))
                : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>Null when it has no single @ with something on both sides, or blanks. Local parts are compared without case, as practically every mail host does.</summary>
    public static Address? OfEmail(string text)
    {
        var trimmed = text.Trim();
        var at = trimmed.IndexOf('@', StringComparison.Ordinal);
        var plausible = at > 0 && at < trimmed.Length - 1 && trimmed.LastIndexOf('@') == at && trimmed.Length <= 254 && !trimmed.Any(char.IsWhiteSpace);
        return plausible ? new Address(AddressKind.Email, trimmed.ToLowerInvariant()) : null;
    }

    /// <summary>
    /// Whether mail in this address's name may be sent by a domain: it is of that domain or of one above it. Other hosts take anything else for forged
    /// (RFC 7489, 3.1: relaxed alignment; the organisational domain is the owner's to know).
    /// </summary>
    public static bool IsAligned(string address, string domain)
    {
        var own = address[(address.LastIndexOf('@') + 1)..];
        return own.Length > 0 && (domain.Equals(own, StringComparison.OrdinalIgnoreCase) || domain.EndsWith($".{own}", StringComparison.OrdinalIgnoreCase));
    }

    public static Address? OfExternalId(string text) =>
        text.Trim() is { Length: > 0 and <= 200 } trimmed ? new Address(AddressKind.External, trimmed) : null;

    /// <summary>The region whose habits numbers without country code follow; null when the number has none (a short code).</summary>
    public static string? RegionOf(string phoneNumber)
    {
        try
        {
            return PhoneNumberUtil.GetInstance().GetRegionCodeForNumber(PhoneNumberUtil.GetInstance().Parse(phoneNumber, null));
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    private static bool IsE164(string text) =>
        text.Length is >= ShortestE164 and <= LongestE164 && text[0] == '+' && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
