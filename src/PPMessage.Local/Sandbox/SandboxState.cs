namespace PPMessage.Local.Sandbox;

/// <summary>Everything the sandbox knows, in memory, behind one lock; what it hands out are immutable snapshots.</summary>
internal sealed class SandboxState
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SandboxAccount> _accounts = [];
    private readonly Dictionary<string, SandboxNumber> _numbers = [];
    private readonly Dictionary<string, SandboxService> _services = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, SandboxMessage> _messages = [];
    private readonly HashSet<(string Sender, string Phone)> _blocked = [];
    private readonly Dictionary<string, List<(int Place, ReceivedText Text)>> _received = [];

    public Journal<CallbackRecord> Callbacks { get; } = new();

    public Journal<ApiRequest> Requests { get; } = new();

    public SandboxAccount? Account(string sid)
    {
        lock (_lock) return _accounts.GetValueOrDefault(sid);
    }

    public SandboxAccount? AccountOfKey(string keySid)
    {
        lock (_lock) return _accounts.Values.FirstOrDefault(account => account.ApiKeySid == keySid);
    }

    public void Put(SandboxAccount account)
    {
        lock (_lock) _accounts[account.Sid] = account;
    }

    public IReadOnlyList<SandboxNumber> Numbers(string accountSid)
    {
        lock (_lock) return [.. _numbers.Values.Where(number => number.AccountSid == accountSid)];
    }

    public SandboxNumber? NumberOf(string phoneNumber)
    {
        lock (_lock) return _numbers.Values.FirstOrDefault(number => number.PhoneNumber == phoneNumber);
    }

    public void Put(SandboxNumber number)
    {
        lock (_lock) _numbers[number.Sid] = number;
    }

    public void RemoveNumber(string sid)
    {
        lock (_lock) _numbers.Remove(sid);
    }

    public IReadOnlyList<SandboxService> Services(string accountSid)
    {
        lock (_lock) return [.. _services.Values.Where(service => service.AccountSid == accountSid)];
    }

    public SandboxService? Service(string sid)
    {
        lock (_lock) return _services.GetValueOrDefault(sid);
    }

    public void Put(SandboxService service)
    {
        lock (_lock) _services[service.Sid] = service;
    }

    public void Add(SandboxMessage message)
    {
        lock (_lock)
        {
            _messages[message.Sid] = message with { Place = _order.Count };
            _order.Add(message.Sid);
        }
    }

    public SandboxMessage? Message(string sid)
    {
        lock (_lock) return _messages.GetValueOrDefault(sid);
    }

    /// <summary>Changes a message and gives its new form; null when there is none.</summary>
    public SandboxMessage? Change(string sid, Func<SandboxMessage, SandboxMessage> change)
    {
        lock (_lock) return _messages.TryGetValue(sid, out var message) ? _messages[sid] = change(message) : null;
    }

    /// <summary>Newest first, with those that are deleted.</summary>
    public IReadOnlyList<SandboxMessage> Messages(string accountSid)
    {
        lock (_lock) return [.. Enumerable.Reverse(_order).Select(sid => _messages[sid]).Where(message => message.AccountSid == accountSid)];
    }

    /// <summary>False when it was so before.</summary>
    public bool Block(string sender, string phone)
    {
        lock (_lock) return _blocked.Add((sender, phone));
    }

    /// <inheritdoc cref="Block"/>
    public bool Unblock(string sender, string phone)
    {
        lock (_lock) return _blocked.Remove((sender, phone));
    }

    public bool IsBlocked(string sender, string phone)
    {
        lock (_lock) return _blocked.Contains((sender, phone));
    }

    public void Receive(string phone, ReceivedText text)
    {
        lock (_lock)
        {
            if (!_received.TryGetValue(phone, out var texts)) _received[phone] = texts = [];
            texts.Add((text.Sid is { } sid ? _messages[sid].Place : _order.Count, text));
        }
    }

    /// <summary>In the order in which they were sent, as a phone shows them, each with the status that its message has now.</summary>
    public IReadOnlyList<ReceivedText> Received(string phone)
    {
        lock (_lock) return [.. _received.GetValueOrDefault(phone, []).OrderBy(received => received.Place).Select(received => Current(received.Text))];
    }

    private ReceivedText Current(ReceivedText text) =>
        text.Sid is not null && _messages.TryGetValue(text.Sid, out var message) ? text with { Status = message.Status } : text;
}
