using PPMessage.Http;
using RestSharp;
using RestSharp.Authenticators;
using RestSharp.Interceptors;

namespace PPMessage.Mailgun;

/// <summary>Calls Mailgun's API, as <see cref="ProviderRest"/> calls any: every outcome is a value. Thread-safe.</summary>
internal sealed class MailgunClient(PPMessageOptions options, TimeProvider time) : IDisposable
{
    private readonly ProviderRest _rest = new("mailgun", options, time);

    /// <summary>Asks Mailgun to send a message.</summary>
    /// <param name="form">Disposed with the call.</param>
    public Task<ProviderAnswer> SendAsync(MailgunAccount account, MultipartFormDataContent form, CancellationToken cancellation)
    {
        var request = new RestRequest(new Uri(account.BaseUrl, $"{account.Path}/messages"), Method.Post)
        {
            Interceptors = [new OwnContent(form)],
        };
        return CallAsync(account, request, cancellation);
    }

    /// <summary>The first page of events that fit; they lie in <c>items</c>, the next page's address in <c>paging.next</c>.</summary>
    public Task<ProviderAnswer> ListEventsAsync(MailgunAccount account, IEnumerable<KeyValuePair<string, string>> filters, CancellationToken cancellation)
    {
        var query = string.Join('&', filters.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}"));
        return CallAsync(account, new RestRequest(new Uri(account.BaseUrl, $"{account.Path}/events?{query}")), cancellation);
    }

    /// <summary>A further page. Its address comes out of an answer and the key goes with it, so only its path is taken, which must lie in the domain's own list.</summary>
    public Task<ProviderAnswer> NextPageAsync(MailgunAccount account, string nextPage, CancellationToken cancellation) =>
        Uri.TryCreate(account.BaseUrl, nextPage, out var page) && page.AbsolutePath.StartsWith($"{account.Path}/events", StringComparison.OrdinalIgnoreCase)
            ? CallAsync(account, new RestRequest(new Uri(account.BaseUrl, page.PathAndQuery)), cancellation)
            : Task.FromResult(new ProviderAnswer(ProviderReach.NotWritten, 0, string.Empty, [], "The next page lies outside of the domain's events."));

    /// <summary>Takes an address off one of the lists of those that Mailgun sends nothing to.</summary>
    /// <param name="list"><c>bounces</c>, <c>unsubscribes</c> or <c>complaints</c>.</param>
    public Task<ProviderAnswer> DeleteSuppressionAsync(MailgunAccount account, string list, string address, CancellationToken cancellation) =>
        CallAsync(account, new RestRequest(new Uri(account.BaseUrl, $"{account.Path}/{list}/{Uri.EscapeDataString(address)}"), Method.Delete), cancellation);

    /// <param name="path">With its query.</param>
    public Task<ProviderAnswer> GetAsync(MailgunAccount account, string path, CancellationToken cancellation) =>
        CallAsync(account, new RestRequest(new Uri(account.BaseUrl, path)), cancellation);

    /// <param name="fields">A name that comes several times is a list.</param>
    public async Task<ProviderAnswer> WriteAsync(
        MailgunAccount account, Method method, string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellation)
    {
        using var form = new FormUrlEncodedContent(fields);
        return await CallAsync(account, new RestRequest(new Uri(account.BaseUrl, path), method) { Interceptors = [new OwnContent(form)] }, cancellation);
    }

    public void Dispose() => _rest.Dispose();

    private Task<ProviderAnswer> CallAsync(MailgunAccount account, RestRequest request, CancellationToken cancellation)
    {
        request.Authenticator = new HttpBasicAuthenticator("api", account.ApiKey);
        return _rest.CallAsync(request, cancellation);
    }

    /// <summary>RestSharp's own forms write file names in a way that Mailgun is not known to read.</summary>
    private sealed class OwnContent(HttpContent content) : Interceptor
    {
        public override ValueTask BeforeHttpRequest(HttpRequestMessage requestMessage, CancellationToken cancellationToken)
        {
            requestMessage.Content = content;
            return ValueTask.CompletedTask;
        }
    }
}
