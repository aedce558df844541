using System.Security.Cryptography;

namespace PPMessage.Local.Sandbox;

/// <summary>Twilio's ids: two letters and 32 hex digits.</summary>
internal static class Sids
{
    public static string New(string prefix) => prefix + RandomNumberGenerator.GetHexString(32, lowercase: true);
}
