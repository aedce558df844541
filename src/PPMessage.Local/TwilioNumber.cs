using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PPMessage.Local.Sandbox;

namespace PPMessage.Local;

/// <summary>Writes a channel's URLs into the demo number, as an admin does in Twilio's console: the sandbox forgets them when it ends.</summary>
internal static class TwilioNumber
{
    /// <summary>Three tries on any failure, each at most 4 s: Twilio's default would not try again after an error of ours.</summary>
    private const string Retries = "#rc=3&rp=all&rt=4000";

    public static async Task ConnectAsync(Uri twilio, string url, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = new Uri(twilio, $"/2010-04-01/Accounts/{Demo.AccountSid}/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Demo.AccountSid}:{Demo.AuthToken}")));
        var numbers = JsonNode.Parse(await client.GetStringAsync($"IncomingPhoneNumbers.json?PhoneNumber={Uri.EscapeDataString(Demo.Number)}", cancellation))!;
        using var form = new FormUrlEncodedContent([new("SmsUrl", url + Retries), new("SmsFallbackUrl", url + Retries), new("SmsMethod", "POST"), new("SmsFallbackMethod", "POST")]);
        using var answer = await client.PostAsync($"IncomingPhoneNumbers/{numbers["incoming_phone_numbers"]![0]!["sid"]}.json", form, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
