using PPMessage.Http;
using RestSharp;
using RestSharp.Authenticators;

namespace PPMessage.Twilio;

/// <summary>
/// Calls Twilio's REST API (version 2010-04-01; Messaging Services: messaging/v1), as <see cref="ProviderRest"/> calls any: every outcome is a value. Thread-safe.
/// </summary>
internal sealed class TwilioClient(PPMessageOptions options, TimeProvider time) : IDisposable
{
    private readonly ProviderRest _rest = new("twilio", options, time);

    /// <summary>Asks Twilio to send a message.</summary>
    public Task<TwilioAnswer> SendAsync(TwilioAccount account, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation) =>
        PostAsync(account, new Uri(account.BaseUrl, $"{account.Path}/Messages.json"), form, cancellation);

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

    /// <summary>The account itself. The answer has its auth token in clear: it must not be logged or kept.</summary>
    public Task<TwilioAnswer> GetAccountAsync(TwilioAccount account, CancellationToken cancellation) => GetAsync(account, $"{account.Path}.json", cancellation);

    /// <summary>Numbers in which the given one occurs; the resources lie in <c>incoming_phone_numbers</c>.</summary>
    public Task<TwilioAnswer> FindNumbersAsync(TwilioAccount account, string phoneNumber, CancellationToken cancellation) =>
        GetAsync(account, $"{account.Path}/IncomingPhoneNumbers.json?PhoneNumber={Uri.EscapeDataString(phoneNumber)}", cancellation);

    public Task<TwilioAnswer> ChangeNumberAsync(
        TwilioAccount account, string numberSid, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation) =>
        PostAsync(account, new Uri(account.BaseUrl, $"{account.Path}/IncomingPhoneNumbers/{Uri.EscapeDataString(numberSid)}.json"), form, cancellation);

    /// <summary>The first page of the account's Messaging Services; the resources lie in <c>services</c>.</summary>
    public Task<TwilioAnswer> ListServicesAsync(TwilioAccount account, CancellationToken cancellation) =>
        GetAsync(account, new Uri(account.MessagingUrl, "/v1/Services?PageSize=50"), cancellation);

    public Task<TwilioAnswer> GetServiceAsync(TwilioAccount account, string serviceSid, CancellationToken cancellation) =>
        GetAsync(account, ServiceUrl(account, serviceSid), cancellation);

    /// <summary>404 when the number is not in the service's pool.</summary>
    public Task<TwilioAnswer> GetPooledAsync(TwilioAccount account, string serviceSid, string numberSid, CancellationToken cancellation) =>
        GetAsync(account, ServiceUrl(account, serviceSid, $"/PhoneNumbers/{Uri.EscapeDataString(numberSid)}"), cancellation);

    public Task<TwilioAnswer> ChangeServiceAsync(
        TwilioAccount account, string serviceSid, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation) =>
        PostAsync(account, ServiceUrl(account, serviceSid), form, cancellation);

    public void Dispose() => _rest.Dispose();

    private static Uri ServiceUrl(TwilioAccount account, string serviceSid, string rest = "") =>
        new(account.MessagingUrl, $"/v1/Services/{Uri.EscapeDataString(serviceSid)}{rest}");

    private Task<TwilioAnswer> GetAsync(TwilioAccount account, string target, CancellationToken cancellation) =>
        GetAsync(account, new Uri(account.BaseUrl, target), cancellation);

    private Task<TwilioAnswer> GetAsync(TwilioAccount account, Uri url, CancellationToken cancellation) => CallAsync(account, new RestRequest(url), cancellation);

    private Task<TwilioAnswer> PostAsync(TwilioAccount account, Uri url, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation)
    {
        var request = new RestRequest(url, Method.Post);
        foreach (var (name, value) in form) request.AddParameter(name, value, ParameterType.GetOrPost);
        return CallAsync(account, request, cancellation);
    }

    private async Task<TwilioAnswer> CallAsync(TwilioAccount account, RestRequest request, CancellationToken cancellation)
    {
        request.Authenticator = new HttpBasicAuthenticator(account.User, account.Password);
        var answer = await _rest.CallAsync(request, cancellation);
        return new TwilioAnswer(answer.Reach, answer.Status, answer.Body, RetryAfter.Of(answer.Header("Retry-After"), time.GetUtcNow()), answer.Trouble);
    }
}
