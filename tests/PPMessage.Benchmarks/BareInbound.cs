using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;

namespace PPMessage.Benchmarks;

/// <summary>The calls that the app makes for a text or a mail, by a new sender and by one it knows.</summary>
internal sealed record InboundCalls(IReadOnlyList<StoreCall> OfNew, IReadOnlyList<StoreCall> OfKnown)
{
    private static readonly Channel Sms = ChannelOf("sms", "twilio");
    private static readonly Channel Email = ChannelOf("email", "mailgun");

    private static int _sids;

    public static Task<InboundCalls> OfTextsAsync() => RecordAsync(services =>
    {
        var inbound = services.GetRequiredService<InboundRoot>();
        return sender => inbound.ReceiveAsync(Sms, Message(sender), default);
    });

    /// <summary>Texts that <see cref="BenchFlows.Answer"/> hears.</summary>
    public static Task<InboundCalls> OfFlowsAsync() => RecordAsync(services =>
    {
        var inbound = services.GetRequiredService<InboundRoot>();
        return sender => inbound.ReceiveAsync(Sms, Message(sender), default);
    }, BenchFlows.Answer);

    public static Task<InboundCalls> OfMailsAsync() => RecordAsync(services =>
    {
        var inbound = services.GetRequiredService<PPMessage.Inbound.InboundMails>();
        return async sender =>
        {
            var (mail, mime) = Mail(sender);
            using var content = new MemoryStream(mime);
            await inbound.ReceiveAsync(Email, mail, content, default);
        };
    });

    /// <summary>Lets the app's own code take some in, and keeps its calls for the two kinds of sender.</summary>
    private static async Task<InboundCalls> RecordAsync(Func<IServiceProvider, Func<int, Task>> receiver, string? flow = null)
    {
        var directory = Directory.CreateTempSubdirectory("ppmessage-bench-").FullName;
        try
        {
            await using var store = new EmbeddedStore(directory, TimeProvider.System);
            var recorded = new RecordedStore(store);
            await using var services = Services(recorded);
            if (flow is not null) await PrepareAsync(services, flow);
            var receive = receiver(services);
            await receive(1);
            var ofNew = await CallsAsync(recorded, () => receive(2));
            for (var i = 0; i < 20; i++) await receive(2);
            return new InboundCalls(ofNew, await CallsAsync(recorded, () => receive(2)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // What a flow sends needs its channel.
    private static async Task PrepareAsync(IServiceProvider services, string flow)
    {
        await services.GetRequiredService<ChannelStore>().CreateAsync(Sms, default);
        await FlowDoor.PutAsync(services.GetRequiredService<IStore>(), flow);
    }

    private static Channel ChannelOf(string kind, string provider) => new() { Id = "ch_" + Ids.NewUlid(TimeProvider.System.GetUtcNow()), Kind = kind, Provider = provider, Name = kind, HookKey = "k", Settings = new Dictionary<string, string>(), Secrets = new Dictionary<string, WrappedSecret>(), CreatedAt = default, UpdatedAt = default };

    private static async Task<IReadOnlyList<StoreCall>> CallsAsync(RecordedStore store, Func<Task> work)
    {
        store.Calls.Clear();
        await work();
        return [.. store.Calls];
    }

    private static ServiceProvider Services(IStore store)
    {
        var services = new ServiceCollection().AddLogging().AddPPMessage(new ConfigurationBuilder().Build(), underFunctionsHost: false);
        services.AddKeyedSingleton<IChannelSender, TakesAll>("twilio/sms");
        return services.AddSingleton<IStore>(new GuardedStore(store)).BuildServiceProvider();
    }

    private static Sms Text(int sender) => new($"SM{_sids++:x32}", $"+1{2_000_000_000L + sender}", "Hello, is my order on its way? It was number 20451 and should have come on Tuesday.");

    private static (InboundMail Mail, byte[] Mime) Mail(int sender)
    {
        var (now, text) = (TimeProvider.System.GetUtcNow(), Traffic.AsMail(Text(sender)));
        var raw = new Dictionary<string, string> { ["recipient"] = MailDemo.Address, ["sender"] = text.From, ["subject"] = Workspace.Subject, ["from"] = text.From };
        var mail = new InboundMail
        {
            ChannelId = Email.Id, Recipient = MailDemo.Address, EnvelopeSender = text.From, TokenHash = Ids.Hash(text.Sid), SignedAt = now,
            Hash = Ids.Base32(SHA256.HashData(Encoding.UTF8.GetBytes(text.Sid))), ReceivedAt = now, Raw = raw,
        };
        return (mail, Workspace.Mime(text, []));
    }

    private static InboundMessage Message(int sender)
    {
        var sms = Text(sender);
        var message = new SandboxMessage { Sid = sms.Sid, AccountSid = Demo.AccountSid, From = sms.From, To = Demo.Number, Body = sms.Text, Direction = "inbound", Status = "received", Segments = 1 };
        var fields = InboundFields.Of(message, Demo.Numbers(default).First(), null, new Uri("http://127.0.0.1")).ToDictionary(field => field.Key, field => field.Value);
        return new InboundMessage { ChannelId = Sms.Id, ProviderId = sms.Sid, From = sms.From, To = Demo.Number, Text = sms.Text, ReceivedAt = TimeProvider.System.GetUtcNow(), Raw = fields };
    }
}

/// <summary>A provider that has whatever it is given.</summary>
internal sealed class TakesAll : IChannelSender
{
    public ContentCheck Check(OutboundContent content) => new(1);

    public Task<SendOutcome> SendAsync(Channel channel, OutboundMessage message, CancellationToken cancellation) =>
        Task.FromResult<SendOutcome>(new SendOutcome.Accepted("SM" + Guid.NewGuid().ToString("N"), "queued"));

    public Task<Finding> FindAsync(Channel channel, OutboundMessage message, DateTimeOffset sentAfter, CancellationToken cancellation) => throw new NotSupportedException();
}

/// <summary>The same calls with rows of the same size, made on the bare store by a loop that does nothing else.</summary>
internal sealed class BareInbound(IStore store, InboundCalls calls)
{
    private long _numbers = 1_000_000_000_000;

    /// <summary>Each worker has senders of its own, so that no two of them meet in a thread.</summary>
    public async Task<Turn> RunAsync(int messages, int knownSenders, int inFlight)
    {
        var workers = Enumerable.Range(0, inFlight).Select(worker => Enumerable.Range(0, knownSenders / inFlight).Select(i => new Sender($"{worker}x{i}")).ToList()).ToList();
        await Task.WhenAll(workers.Select(senders => Task.Run(async () =>
        {
            foreach (var sender in senders) await OneAsync(sender, calls.OfNew);
        })));
        using var self = Process.GetCurrentProcess();
        var (ticks, next, begin, cpu) = (new long[messages], -1, Stopwatch.GetTimestamp(), self.TotalProcessorTime);
        await Task.WhenAll(workers.Select((senders, worker) => Task.Run(() => WorkAsync(senders, new Random(worker), ticks, () => Interlocked.Increment(ref next)))));
        var measured = Measured.Of(ticks, Stopwatch.GetElapsedTime(begin));
        self.Refresh();
        return new Turn(measured, InboundPart.Each(self.TotalProcessorTime - cpu, messages), 0);
    }

    private async Task WorkAsync(List<Sender> senders, Random random, long[] ticks, Func<int> next)
    {
        for (int i; (i = next()) < ticks.Length;)
        {
            var begin = Stopwatch.GetTimestamp();
            var isNew = i % InboundLoad.NewEvery == InboundLoad.NewEvery - 1;
            if (isNew) senders.Add(new Sender($"{i}n"));
            await OneAsync(isNew ? senders[^1] : senders[random.Next(senders.Count)], isNew ? calls.OfNew : calls.OfKnown);
            ticks[i] = Stopwatch.GetTimestamp() - begin;
        }
    }

    private async Task OneAsync(Sender sender, IReadOnlyList<StoreCall> model)
    {
        QueueReceipt? receipt = null;
        foreach (var call in model)
        {
            switch (call.Operation)
            {
                case "enqueue": receipt = await store.EnqueueAsync(Queues.Work, call.Text, TimeSpan.FromMinutes(1), default); break;
                case "delete": await store.DeleteAsync(Queues.Work, receipt!, default); break;
                case "blob": await WriteBlobAsync(sender, call); break;
                case "read": await store.ReadAsync(call.Table, sender.Partition(call.Table), sender.Fixed(call.Text), default); break;
                case "range": await store.ReadRangeAsync(call.Table, sender.Partition(call.Table), new RowRange("0h", "0s"), 100, default); break;
                default: await CommitAsync(sender, call); break;
            }
        }
    }

    private async Task WriteBlobAsync(Sender sender, StoreCall call)
    {
        using var content = new MemoryStream(Encoding.Latin1.GetBytes(call.Text));
        var unique = Interlocked.Increment(ref _numbers).ToString(CultureInfo.InvariantCulture);
        await store.WriteBlobAsync(call.Table, $"{sender.Partition(Tables.Threads)}/{unique}", content, "application/octet-stream", default);
    }

    private async Task CommitAsync(Sender sender, StoreCall call)
    {
        var put = new Dictionary<string, string>(StringComparer.Ordinal);
        var writes = call.Writes.Select(model => Write(sender, call.Table, model, put)).ToArray();
        var result = await store.CommitAsync(call.Table, sender.Partition(call.Table), writes, default);
        foreach (var (kind, key) in put) sender.Standing[kind] = key;
        foreach (var (i, write) in writes.Index().Where(write => IsFixed(write.Item.Key)))
            sender.ETags[write.Key] = result.Committed ? result.ETags[i] : await OwnAsync(sender, call.Table, write.Key);
    }

    // Nobody else writes here: a refusal means that the SDK has repeated a write whose answer it did not get.
    private async Task<string> OwnAsync(Sender sender, string table, string key) =>
        (await store.ReadAsync(table, sender.Partition(table), key, default))?.ETag ?? throw new InvalidOperationException($"The bare store refused {key}.");

    private RowWrite Write(Sender sender, string table, RowWrite model, Dictionary<string, string> put)
    {
        if (IsFixed(model.Key)) return Fixed(sender, model);
        var kind = $"{table} {model.Key[..4]}";
        if (model.Kind == WriteKind.Delete) return RowWrite.Delete(sender.Standing[kind]);
        var unique = Interlocked.Increment(ref _numbers).ToString(CultureInfo.InvariantCulture);
        put[kind] = (model.Key[..4] + unique).PadRight(model.Key.Length, 'x');
        // What stood there is not followed up: a row of the same size is written.
        return model with { Key = put[kind], Nonce = Nonce, Kind = model.Kind == WriteKind.Replace ? WriteKind.Put : model.Kind, ETag = null };
    }

    private static RowWrite Fixed(Sender sender, RowWrite model)
    {
        var key = sender.Fixed(model.Key);
        return model with { Key = key, ETag = model.Kind == WriteKind.Replace ? sender.ETags[key] : null, Nonce = Nonce };
    }

    private const string Nonce = "0123456789ABCDEF";

    // Rows that a thread has one of: its head, and its conversation's pointer.
    private static bool IsFixed(string key) => key.StartsWith("0h", StringComparison.Ordinal) || key.StartsWith("p|", StringComparison.Ordinal);

    private sealed class Sender(string name)
    {
        private readonly int _number = (int)(uint)name.GetHashCode(StringComparison.Ordinal) & 0xff;

        public Dictionary<string, string> ETags { get; } = new(StringComparer.Ordinal);

        /// <summary>The ordered rows that the next text moves.</summary>
        public Dictionary<string, string> Standing { get; } = new(StringComparer.Ordinal);

        public string Fixed(string model) => model.StartsWith("p|", StringComparison.Ordinal) ? ("p|" + name).PadRight(model.Length, 'x') : model;

        public string Partition(string table) => table switch
        {
            Tables.Threads => name.PadRight(Ids.ThreadLength, 'x'),
            Tables.Inbox => (_number % 8).ToString(CultureInfo.InvariantCulture),
            Tables.Contacts => (_number % 16).ToString(CultureInfo.InvariantCulture),
            _ => "p" + _number.ToString("x2", CultureInfo.InvariantCulture),
        };
    }
}
