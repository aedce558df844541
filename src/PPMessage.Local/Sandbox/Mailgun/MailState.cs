namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Everything the mail sandbox knows, in memory, behind one lock; what it hands out are immutable snapshots.</summary>
internal sealed class MailState
{
    /// <summary>Bytes of calls that are remembered; older ones are forgotten.</summary>
    private const long HeaviestCalls = 512 << 20;

    /// <summary>Bytes of mails that are kept, older ones are forgotten; as much again of those that were stored.</summary>
    private const long HeaviestMailboxes = 512 << 20;

    /// <summary>Bytes of events that are remembered.</summary>
    private const long HeaviestEvents = 256 << 20;

    private const int MostEvents = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, MailDomain> _domains = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Domain, string Type), IReadOnlyList<string>> _webhooks = [];
    private readonly Mailboxes _mailboxes = new(HeaviestMailboxes);
    private readonly Dictionary<(string Domain, string Kind, string Address), MailSuppression> _suppressions = [];
    private readonly List<SandboxRoute> _routes = [];
    private readonly Journal<MailEvent> _events = new(one => one.Json.Length * 2L, HeaviestEvents, MostEvents);
    private readonly Journal<(string Key, string Domain, byte[] Mime)> _stored = new(one => one.Mime.LongLength, HeaviestMailboxes);

    private string _routesRefused = "";

    /// <summary>What calls for routes are refused with; empty: nothing.</summary>
    public string RoutesRefused
    {
        get => Volatile.Read(ref _routesRefused);
        set => Volatile.Write(ref _routesRefused, value);
    }

    public Journal<SentMail> Sent { get; } = new(mail => mail.Mime.LongLength, HeaviestCalls);

    public Journal<MailCall> Calls { get; } = new(call => call.Body.LongLength, HeaviestCalls);

    public Journal<ApiRequest> Requests { get; } = new();

    public IReadOnlyList<MailDomain> Domains
    {
        get
        {
            lock (_lock) return [.. _domains.Values];
        }
    }

    /// <summary>In the order in which they are evaluated.</summary>
    public IReadOnlyList<SandboxRoute> Routes
    {
        get
        {
            lock (_lock) return [.. _routes.OrderBy(route => route.Priority)];
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<MailEvent> Events => _events.All;

    public MailDomain? Domain(string name)
    {
        lock (_lock) return _domains.GetValueOrDefault(name);
    }

    public void Put(MailDomain domain)
    {
        lock (_lock) _domains[domain.Name] = domain;
    }

    public void Put(SandboxRoute route)
    {
        lock (_lock)
        {
            var index = _routes.FindIndex(one => one.Id == route.Id);
            if (index < 0) _routes.Add(route);
            else _routes[index] = route;
        }
    }

    public bool RemoveRoute(string id)
    {
        lock (_lock) return _routes.RemoveAll(route => route.Id == id) > 0;
    }

    public IReadOnlyList<string> Webhook(string domain, string type)
    {
        lock (_lock) return _webhooks.GetValueOrDefault((domain, type), []);
    }

    /// <summary>No URLs remove it.</summary>
    public void PutWebhook(string domain, string type, IReadOnlyList<string> urls)
    {
        lock (_lock)
        {
            if (urls.Count > 0) _webhooks[(domain, type)] = urls;
            else _webhooks.Remove((domain, type));
        }
    }

    public void Add(MailEvent told) => _events.Add(told);

    public void Receive(string mailbox, ReceivedMail mail) => _mailboxes.Add(mailbox, mail);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Received(string mailbox) => _mailboxes.Of(mailbox);

    public void Put(MailSuppression suppression)
    {
        lock (_lock) _suppressions[Key(suppression.Domain, suppression.Kind, suppression.Address)] = suppression;
    }

    public MailSuppression? Suppression(string domain, string kind, string address)
    {
        lock (_lock) return _suppressions.GetValueOrDefault(Key(domain, kind, address));
    }

    public bool RemoveSuppression(string domain, string kind, string address)
    {
        lock (_lock) return _suppressions.Remove(Key(domain, kind, address));
    }

    /// <summary>Sorted by address.</summary>
    public IReadOnlyList<MailSuppression> Suppressions(string domain, string kind)
    {
        lock (_lock)
            return [.. _suppressions.Values.Where(one => one.Domain == domain && one.Kind == kind).OrderBy(one => one.Address, StringComparer.Ordinal)];
    }

    public void Store(string key, string domain, byte[] mime) => _stored.Add((key, domain, mime));

    /// <summary>Null when there is none.</summary>
    public byte[]? Stored(string domain, string key) => _stored.All.LastOrDefault(one => one.Key == key && one.Domain == domain).Mime;

    private static (string Domain, string Kind, string Address) Key(string domain, string kind, string address) => (domain, kind, address.ToLowerInvariant());
}
