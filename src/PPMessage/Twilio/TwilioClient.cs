using System.Net.Http.Headers;
using PPMessage.Http;
using RestSharp;
using RestSharp.Authenticators;

namespace PPMessage.Twilio;

/// <summary>
/// Calls Twilio's REST API (version 2010-04-01), as <see cref="ProviderRest"/> calls any: every outcome is a value. Thread-safe.
/// </summary>
internal sealed class TwilioClient(PPMessageOptions options, TimeProvider time) : IDisposable
{
    private readonly ProviderRest _rest = new(options, time);

    /// <summary>Asks Twilio to send a message.</summary>
    public Task<TwilioAnswer> SendAsync(TwilioAccount account, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation)
    {
        var request = new RestRequest(new Uri(account.BaseUrl, $"{account.Path}/Messages.json"), Method.Post);
        foreach (var (name, value) in form) request.AddParameter(name, value, ParameterType.GetOrPost);
        return CallAsync(account, request, cancellation);
    }

    /// <summary>The first page of the account's messages; the resources lie in <c>messages</c>, newest first.</summary>
    public Task<TwilioAnswer> ListMessagesAsync(TwilioAccount account, IEnumerable<KeyValuePair<string, string>> filters, CancellationToken cancellation)
    {
        var query = string.Join('&', filters.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}"));
        return GetAsync(account, $"{account.Path}/Messages.json?{query}", cancellation);
    }

    /// <summary>A further page. Its address comes out of an answer and the credentials go with it, so it must lie in the account's own list.</summary>
    public Task<TwilioAnswer> NextPageAsync(TwilioAccount account, string nextPageUri, CancellationToken cancellation) =>
        nextPageUri.StartsWith($"{account.Path}/Messages.json?", StringComparison.Ordinal)
            ? GetAsync(account, nextPageUri, cancellation)
            : Task.FromResult(new TwilioAnswer(ProviderReach.NotWritten, 0, string.Empty, null, "The next page lies outside of the account's messages."));

    /// <summary>The files of a message; the resources lie in <c>media_list</c>.</summary>
    public Task<TwilioAnswer> ListMediaAsync(TwilioAccount account, string messageSid, CancellationToken cancellation) =>
        GetAsync(account, $"{account.Path}/Messages/{Uri.EscapeDataString(messageSid)}/Media.json", cancellation);

    public void Dispose() => _rest.Dispose();

    private Task<TwilioAnswer> GetAsync(TwilioAccount account, string target, CancellationToken cancellation) =>
        CallAsync(account, new RestRequest(new Uri(account.BaseUrl, target)), cancellation);

    private async Task<TwilioAnswer> CallAsync(TwilioAccount account, RestRequest request, CancellationToken cancellation)
    {
        request.Authenticator = new HttpBasicAuthenticator(account.User, account.Password);
        var answer = await _rest.CallAsync(request, cancellation);
        return new TwilioAnswer(answer.Reach, answer.Status, answer.Body, RetryAfter(answer), answer.Trouble);
    }

    private TimeSpan? RetryAfter(ProviderAnswer answer)
    {
        if (!RetryConditionHeaderValue.TryParse(answer.Header("Retry-After"), out var after)) return null;
        return after.Delta ?? (after.Date - time.GetUtcNow());
    }
}
