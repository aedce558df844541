namespace PPMessage.Benchmarks;

/// <summary>Who texts what: most senders are known, one text in ten is a new one's. The same numbers give the same load.</summary>
internal sealed class InboundLoad(int knownSenders)
{
    /// <summary>One text of so many comes from somebody new.</summary>
    public const int NewEvery = 10;

    private static readonly string[] Texts =
    [
        "Hello, is my order on its way? It was number 20451 and should have come on Tuesday.",
        "你好，我的订单什么时候能到？上周二下的单，一直没有收到发货通知，请帮我查一下，谢谢。",
        "ok thanks",
        "Could you call me back this afternoon please, after three if that is possible for you?",
    ];

    private readonly Random _random = new(20_260_101);
    private readonly int _begin;
    private int _senders;
    private int _sids;

    /// <summary>Where its numbers begin, so that it meets no other load.</summary>
    public int Begin { init => (_senders, _sids, _begin) = (value, value, value); }

    /// <summary>The senders, each with a first text.</summary>
    public List<Sms> First() => [.. Enumerable.Range(0, knownSenders).Select(_ => Of(_senders++))];

    public List<Sms> Next(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Of(i % NewEvery == NewEvery - 1 ? _senders++ : _random.Next(_begin, _senders)))];

    /// <summary>Texts of known senders, none of them twice.</summary>
    public List<Sms> Known(int count) => [.. Enumerable.Range(_begin, count).Select(Of)];

    private Sms Of(int sender) => new($"SM{_sids++:x32}", $"+1{2_000_000_000L + sender}", Texts[_sids % Texts.Length]);
}
