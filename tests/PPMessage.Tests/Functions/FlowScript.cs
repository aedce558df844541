using System.Collections.Concurrent;

namespace PPMessage.Tests.Functions;

/// <summary>What a phone says to the flow in one round, and what it must hear of it.</summary>
internal enum Round
{
    /// <summary>Asks for an order: a program is called, and a sub-flow puts its answer into words.</summary>
    Order,

    /// <summary>Says something that is none of the options, then has something remembered of the contact.</summary>
    Remember,

    /// <summary>Does not answer.</summary>
    Silent,

    /// <summary>Answers when the time is just over.</summary>
    Late,
}

/// <summary>A person who goes through the flow again and again and waits for each of its texts; and what the phone must have got.</summary>
/// <param name="got">What the phone has got so far.</param>
internal sealed class FlowScript(PublishedWorkspace workspace, string phone, Func<IReadOnlyCollection<string>> got)
{
    /// <summary>What a text begins with that starts a run.</summary>
    public const string Begins = "round ";

    /// <summary>In a text that gets a question which lasts for two seconds only.</summary>
    public const string Short = "short";

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    // About as long as a text takes from the phone to the flow.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(60);

    private readonly List<string> _expected = [];

    public string Phone => phone;

    public IReadOnlyList<string> Expected => _expected;

    /// <summary>The texts that began a round.</summary>
    public ConcurrentQueue<(Round Round, string Text)> Rounds { get; } = [];

    public string? LastRemembered { get; private set; }

    /// <summary>Runs until told to stop, and then until the round is over.</summary>
    public async Task RunAsync(Random random, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var round = (Round)random.Next(4);
            var name = $"{Begins}{number} of {phone}{(round is Round.Silent or Round.Late ? " " + Short : string.Empty)}";
            Rounds.Enqueue((round, name));
            await workspace.TextUntilTakenAsync(phone, name);
            await (round switch
            {
                Round.Order => OrderAsync(name),
                Round.Remember => RememberAsync(name),
                Round.Silent => SilentAsync(name),
                _ => LateAsync(name),
            });
        }
    }

    private async Task OrderAsync(string name)
    {
        await HearAsync($"{name}: 1 or 2?");
        await workspace.TextUntilTakenAsync(phone, "1");
        await HearAsync($"{name}: a moment");
        await HearAsync($"{name}: it is shipped");
    }

    private async Task RememberAsync(string name)
    {
        await HearAsync($"{name}: 1 or 2?");
        await workspace.TextUntilTakenAsync(phone, "what?");
        await HearAsync($"{name}: please, 1 or 2");
        await workspace.TextUntilTakenAsync(phone, "2");
        LastRemembered = name;
        await HearAsync($"{name}: noted");
    }

    private async Task SilentAsync(string name)
    {
        await HearAsync($"{name}: are you there?");
        await HearAsync($"{name}: good bye");
    }

    /// <summary>Exactly one of answer and time-out wins.</summary>
    private async Task LateAsync(string name)
    {
        await HearAsync($"{name}: are you there?");
        await Task.Delay(AnswerTime - Early, TimeProvider.System);
        await workspace.TextUntilTakenAsync(phone, "yes");
        _expected.Add(await OneOfAsync($"{name}: good bye", $"{name}: there you are"));
    }

    private async Task HearAsync(string text) => _expected.Add(await OneOfAsync(text));

    private async Task<string> OneOfAsync(params string[] texts)
    {
        while (true)
        {
            if (got().FirstOrDefault(texts.Contains) is { } text) return text;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
