using System.Net;
using PPMessage.Local.Sandbox.Dns;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>
/// Plays Mailgun on 127.0.0.1: its API, its routes and event webhooks with real signatures, the mailboxes at the other end, and whatever goes wrong there.
/// Everything is in memory. The same operations are to be had over HTTP under <c>/sandbox</c>. Thread-safe.
/// </summary>
internal sealed class MailgunSandbox : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MailState _state = new();
    private readonly MailMisbehaviours _misbehaviours = new();
    private readonly Background _background = new();
    private readonly MailCaller _caller;
    private readonly MailSigner _signer;
    private readonly InboundMails _inbound;
    private readonly TimeProvider _time;
    private readonly DnsServer _dns;

    private MailgunSandbox(MailgunSandboxOptions options, TimeProvider time)
    {
        _time = time;
        _signer = new MailSigner(_misbehaviours, time);
        _caller = new MailCaller(_state, options, _background, time);
        var teller = new EventTeller(_state, _caller, _signer, () => BaseUrl, time);
        Readers = new MailReaders(_state, teller, _caller, time);
        _inbound = new InboundMails(_state, _caller, _signer, teller, _misbehaviours, options, time);
        foreach (var domain in MailDemo.Domains(time.GetUtcNow())) _state.Put(domain);
        foreach (var (name, records) in MailDemo.Dns) Dns.Put(name, records);
        _dns = new DnsServer(Dns, options.DnsPort);
        _app = SandboxHost.Build(options.Log, options.Port);
        Map(options, new MailOutbox(_state, teller, _inbound, _misbehaviours, _background, options, time));
    }

    /// <summary>What stands for <c>https://api.mailgun.net</c>.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>What the DNS server tells.</summary>
    public DnsZone Dns { get; } = new();

    /// <summary>What people do with what they have got.</summary>
    public MailReaders Readers { get; }

    public IPEndPoint DnsAddress => _dns.Address;

    /// <summary>Every attempt to call the application, oldest first.</summary>
    public IReadOnlyList<MailCall> Calls => _state.Calls.All;

    /// <summary>The requests that the API got, those that were refused included.</summary>
    public IReadOnlyList<ApiRequest> Requests => _state.Requests.All;

    /// <summary>What the API took on, oldest first.</summary>
    public IReadOnlyList<SentMail> Sent => _state.Sent.All;

    public IReadOnlyList<SandboxRoute> Routes => _state.Routes;

    /// <summary>What is still to go wrong.</summary>
    public IReadOnlyList<MailMisbehaviour> Misbehaviours => _misbehaviours.Pending;

    public static async Task<MailgunSandbox> StartAsync(MailgunSandboxOptions? options = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var sandbox = new MailgunSandbox(options ?? new MailgunSandboxOptions(), time ?? TimeProvider.System);
        await sandbox._app.StartAsync(cancellation);
        sandbox.BaseUrl = sandbox._app.Addresses()[0];
        return sandbox;
    }

    /// <summary>Adds it or puts it in the place of the one of its name.</summary>
    public void Put(MailDomain domain) => _state.Put(domain);

    public MailDomain? Domain(string name) => _state.Domain(name);

    /// <param name="type">One of <see cref="WebhooksApi.Types"/>.</param>
    /// <param name="urls">In the place of those that were set; none removes the webhook.</param>
    public void SetWebhook(string domain, string type, params string[] urls)
    {
        if (!WebhooksApi.Types.Contains(type))
            throw new ArgumentException($"{type} is no webhook: {string.Join(", ", WebhooksApi.Types)}.", nameof(type));
        _state.PutWebhook(domain, type, urls);
    }

    public IReadOnlyList<string> Webhook(string domain, string type) => _state.Webhook(domain, type);

    /// <summary>In the place of all that were set.</summary>
    public void SetRoutes(params IEnumerable<SandboxRoute> routes)
    {
        foreach (var route in _state.Routes) _state.RemoveRoute(route.Id);
        foreach (var route in routes) AddRoute(route);
    }

    public void AddRoute(SandboxRoute route)
    {
        if (RoutesApi.Mistake(route) is { } mistake) throw new ArgumentException(mistake, nameof(route));
        _state.Put(route with { CreatedAt = _time.GetUtcNow() });
    }

    /// <summary>A mailbox writes and the routes are followed; ends when the application has answered each first attempt. Nothing when no route fits.</summary>
    public Task<IReadOnlyList<MailPost>> WriteAsync(string mailbox, MailToWrite mail, CancellationToken cancellation = default) =>
        _inbound.WriteAsync(mailbox, mail, cancellation);

    /// <summary>What the mailbox has got, oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Received(string mailbox) => _state.Received(mailbox);

    public bool IsSuppressed(string domain, string kind, string address) => _state.Suppression(domain, kind, address) is not null;

    public void Misbehave(params IEnumerable<MailMisbehaviour> next) => _misbehaviours.Add(next);

    /// <param name="kind">Null: nothing goes wrong any more.</param>
    public void Behave(string? kind = null) => _misbehaviours.Clear(kind);

    /// <summary>Signs with this key from now on; default <see cref="MailDemo.SigningKey"/>.</summary>
    public void SignWith(string key) => _signer.Key = key;

    /// <summary>Every call for routes is refused with these words, as by a plan without them; empty words allow them again.</summary>
    public void RefuseRoutes(string words) => _state.RoutesRefused = words;

    /// <summary>Makes the same call once more, byte for byte, with the signature that it had. Null when there was no answer.</summary>
    public async Task<HttpStatusCode?> RepeatAsync(MailCall call, CancellationToken cancellation = default) =>
        (HttpStatusCode?)(await _caller.AttemptAsync(call with { Attempt = call.Attempt + 1 }, cancellation)).StatusCode;

    /// <summary>
    /// Ends when every mail that was accepted has its last event and every call is made, later attempts included; throws what failed in the sandbox itself.
    /// </summary>
    public Task SettleAsync(CancellationToken cancellation = default) => _background.SettleAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _background.DisposeAsync();
        await _app.EndAsync();
        await _dns.DisposeAsync();
        _caller.Dispose();
    }

    private void Map(MailgunSandboxOptions options, MailOutbox outbox)
    {
        var door = new MailgunDoor(_state, _misbehaviours, options, _background, _time);
        _app.UseWhen(context => !context.Request.Path.StartsWithSegments("/sandbox"), api => api.Use(door.PassAsync));
        _app.UseRouting();
        new MailMessagesApi(_state, door, outbox).Map(_app);
        new DomainsApi(_state, door, options, _signer).Map(_app);
        new RoutesApi(_state, _time).Map(_app);
        new WebhooksApi(_state).Map(_app);
        new EventsApi(_state, options, () => BaseUrl, _time).Map(_app);
        new SuppressionsApi(_state, () => BaseUrl, _time).Map(_app);
        new MailControlApi(this).Map(_app);
        _app.MapFallback("/{**rest}", MailAnswers.NoSuchPath);
    }
}
