using System.Net;
using PPMessage.Local.Sandbox;

namespace PPMessage.Tests.Workspaces;

internal static class Repeating
{
    /// <summary>Twilio makes a callback once more, signature and all.</summary>
    /// <returns>Null when nobody answered.</returns>
    public static async Task<HttpStatusCode?> RepeatAsync(this HttpClient http, CallbackRecord call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Url) { Content = new FormUrlEncodedContent(call.Fields) };
        request.Headers.Add("X-Twilio-Signature", call.Signature);
        try
        {
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
