namespace PPMessage.Local.Sandbox;

/// <summary>
/// Plays Twilio on 127.0.0.1: its Messaging API, its callbacks with real signatures, the phones at the other end, and whatever goes wrong there.
/// Everything is in memory. The same operations are to be had over HTTP under <c>/sandbox</c>. Thread-safe.
/// </summary>
internal sealed class TwilioSandbox : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SandboxState _state = new();
    private readonly Misbehaviours _misbehaviours = new();
    private readonly Background _background = new();
    private readonly CallbackCaller _caller;
    private readonly InboundTexts _inbound;
    private readonly TimeProvider _time;

    private TwilioSandbox(SandboxOptions options, TimeProvider time)
    {
        _time = time;
        Programs = new Programs(() => BaseUrl, time);
        _caller = new CallbackCaller(_state, _misbehaviours, time);
        var outbox = new Outbox(_state, _caller, _misbehaviours, _background, options, time);
        _inbound = new InboundTexts(_state, _caller, _misbehaviours, outbox, () => BaseUrl, time);
        _state.Put(Demo.Account(time.GetUtcNow()));
        foreach (var number in Demo.Numbers(time.GetUtcNow())) _state.Put(number);
        _app = SandboxHost.Build(options.Log, options.Port, options.CdnPort);
        Map(options, outbox);
    }

    /// <summary>What stands for <c>https://api.twilio.com</c>, without a trailing slash in its path.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>The other origin, which media are redirected to.</summary>
    public Uri CdnUrl { get; private set; } = null!;

    public IReadOnlyList<CallbackRecord> Callbacks => _state.Callbacks.All;

    /// <summary>The requests that the API got, those that were refused included.</summary>
    public IReadOnlyList<ApiRequest> Requests => _state.Requests.All;

    /// <summary>A customer's own, which flows call.</summary>
    public Programs Programs { get; }

    /// <summary>What is still to go wrong.</summary>
    public IReadOnlyList<Misbehaviour> Misbehaviours => _misbehaviours.Pending;

    public static async Task<TwilioSandbox> StartAsync(SandboxOptions? options = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var sandbox = new TwilioSandbox(options ?? new SandboxOptions(), time ?? TimeProvider.System);
        await sandbox._app.StartAsync(cancellation);
        var addresses = sandbox._app.Addresses();
        sandbox.BaseUrl = addresses[0];
        sandbox.CdnUrl = options?.CdnBaseUrl ?? addresses[1];
        return sandbox;
    }

    /// <summary>A phone writes to a number and the application is called; ends when it has answered. Null when no account has the number.</summary>
    /// <param name="from">E.164, a short code, or a name.</param>
    public Task<InboundResult?> TextAsync(string from, string to, string text, IReadOnlyList<PhoneMedia>? media = null, CancellationToken cancellation = default) =>
        _inbound.ReceiveAsync(from, to, text, media ?? [], cancellation);

    /// <summary>What the phone has got, oldest first.</summary>
    public IReadOnlyList<ReceivedText> Received(string phone) => _state.Received(phone);

    public SandboxMessage? Message(string sid) => _state.Message(sid);

    /// <summary>Newest first, of both directions.</summary>
    public IReadOnlyList<SandboxMessage> Messages(string accountSid = Demo.AccountSid) => [.. _state.Messages(accountSid).Where(message => !message.Deleted)];

    public SandboxAccount? Account(string sid) => _state.Account(sid);

    public SandboxNumber? Number(string phoneNumber) => _state.NumberOf(phoneNumber);

    public SandboxService? Service(string sid) => _state.Service(sid);

    /// <summary>Adds it or puts it in the place of the one with its sid.</summary>
    public void Put(SandboxAccount account) =>
        _state.Put(account.CreatedAt == default ? account with { CreatedAt = _time.GetUtcNow() } : account);

    /// <inheritdoc cref="Put(SandboxAccount)"/>
    public void Put(SandboxNumber number) =>
        _state.Put(number.CreatedAt == default ? number with { CreatedAt = _time.GetUtcNow(), UpdatedAt = _time.GetUtcNow() } : number);

    /// <inheritdoc cref="Put(SandboxAccount)"/>
    public void Put(SandboxService service) =>
        _state.Put(service.CreatedAt == default ? service with { CreatedAt = _time.GetUtcNow(), UpdatedAt = _time.GetUtcNow() } : service);

    public bool IsOptedOut(SandboxNumber number, string phone) => _state.IsBlocked(number.Sender, phone);

    public void Misbehave(params IEnumerable<Misbehaviour> next) => _misbehaviours.Add(next);

    /// <param name="kind">Null: nothing goes wrong any more.</param>
    public void Behave(string? kind = null) => _misbehaviours.Clear(kind);

    /// <summary>Ends when every message that was accepted has its last status and every callback is made; throws what failed in the sandbox itself.</summary>
    public Task SettleAsync(CancellationToken cancellation = default) => _background.SettleAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _background.DisposeAsync();
        await _app.EndAsync();
        _caller.Dispose();
    }

    private void Map(SandboxOptions options, Outbox outbox)
    {
        var door = new TwilioDoor(_state, _misbehaviours, _background, _time);
        _app.UseWhen(context => IsApi(context.Request.Path), api => api.Use(door.PassAsync));
        _app.UseRouting();
        var api = _app.MapGroup(TwilioDoor.Root);
        AccountsApi.Map(api);
        new NumbersApi(_state, _time).Map(api);
        new MessagesApi(_state, outbox, options, _time).Map(api);
        new MediaApi(_state, _misbehaviours, () => CdnUrl).Map(api, _app);
        var messaging = _app.MapGroup(TwilioDoor.Messaging);
        new ServicesApi(_state, () => BaseUrl, _time).Map(messaging);
        new ControlApi(this, _caller, _time).Map(_app);
        foreach (var group in (RouteGroupBuilder[])[api, messaging])
            group.Map("/{**rest}", context => TwilioError.NotFound(context.Request).Result().ExecuteAsync(context));
    }

    private static bool IsApi(PathString path) => path.StartsWithSegments(TwilioDoor.Root) || path.StartsWithSegments(TwilioDoor.Messaging);
}
