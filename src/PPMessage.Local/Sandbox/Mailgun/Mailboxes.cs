namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What mailboxes have got. All together they weigh so much at most: of the oldest, wherever they lie, nothing is known any more. Thread-safe.</summary>
/// <param name="heaviest">Bytes.</param>
internal sealed class Mailboxes(long heaviest)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Mailbox> _all = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<ReceivedMail> _order = [];
    private long _weight;

    public void Add(string address, ReceivedMail mail)
    {
        lock (_lock)
        {
            if (!_all.TryGetValue(address, out var mailbox)) _all[address] = mailbox = new Mailbox();
            var numbered = mail with { Mailbox = address, Number = ++mailbox.Count };
            mailbox.Mails.Enqueue(numbered);
            _order.Enqueue(numbered);
            _weight += Weigh(mail);
            while (_weight > heaviest && _order.Count > 1) Forget(_order.Dequeue());
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Of(string address)
    {
        lock (_lock) return _all.TryGetValue(address, out var mailbox) ? [.. mailbox.Mails] : [];
    }

    private void Forget(ReceivedMail oldest)
    {
        _weight -= Weigh(oldest);
        _all[oldest.Mailbox].Mails.Dequeue();
    }

    // Beside the bytes there are the texts that were read out of them.
    private static long Weigh(ReceivedMail mail) => mail.Mime.LongLength * 3;

    private sealed class Mailbox
    {
        public int Count { get; set; }

        public Queue<ReceivedMail> Mails { get; } = [];
    }
}
