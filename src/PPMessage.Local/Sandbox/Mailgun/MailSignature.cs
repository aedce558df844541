using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>
/// The proof that a call is Mailgun's (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks); it does not cover the body.
/// Written apart from PPMessage's own check on purpose: each proves the other.
/// </summary>
internal sealed record MailSignature(string Timestamp, string Token, string Signature)
{
    public static MailSignature New(string key, DateTimeOffset at) =>
        Of(key, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), RandomNumberGenerator.GetHexString(50, lowercase: true));

    public static MailSignature Of(string key, string timestamp, string token) =>
        new(timestamp, token, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(timestamp + token))));
}

/// <summary>Signs what is sent to the application, or does it wrongly when that is to go wrong.</summary>
internal sealed class MailSigner(MailMisbehaviours misbehaviours, TimeProvider time)
{
    /// <summary>Older than any retry.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromHours(25);

    public string Key { get; set; } = MailDemo.SigningKey;

    public MailSignature New()
    {
        var key = misbehaviours.Take(MailMisbehaviour.WrongSignature) is null ? Key : Key + " of somebody else";
        var old = misbehaviours.Take(MailMisbehaviour.OldTimestamp);
        return MailSignature.New(key, time.GetUtcNow() - (old is null ? TimeSpan.Zero : old.By ?? Old));
    }
}
