using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Conversations;

namespace PPMessage.Flows.Runs;

/// <summary>One execution of a flow for one contact, as stored. Its row's ETag is the only judge of what happens to it next.</summary>
internal sealed record Run
{
    public required string Id { get; init; }

    public required string ContactId { get; init; }

    /// <summary>Null: it has none, because its contact has no address that any channel reaches.</summary>
    public string? ConversationId { get; init; }

    /// <summary>What its thread is made of, where no conversation was there when it began; null: there was one, or no channel reaches the contact.</summary>
    public RunHome? Home { get; init; }

    /// <summary>The ULID by which its row in its flow's lists is found: it never changes, whatever conversation it comes to talk in. Null: its own.</summary>
    public string? ListedBy { get; init; }

    /// <summary>What started it, in the words of <see cref="Definitions.Triggers"/>.</summary>
    public required string Trigger { get; init; }

    /// <summary>What it is about: the last message that it heard.</summary>
    public HeardMessage? Message { get; init; }

    /// <summary>Where it is: the flow it was started with, then the sub-flows that are being called. Empty: it is over.</summary>
    public IReadOnlyList<Frame> Frames { get; init; } = [];

    /// <summary>The flow and version that it was started with.</summary>
    public required string FlowId { get; init; }

    public required int Version { get; init; }

    public RunState State { get; init; }

    /// <summary>Why it is over (<see cref="EndReasons"/>); null while it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public string? Error { get; init; }

    public Wait? Wait { get; init; }

    /// <summary>Steps taken so far; the number of the present one. With the run's id it is the key of all that the step does.</summary>
    public int Visit { get; init; }

    /// <summary>Transitions so far, each one a commit.</summary>
    public int Transitions { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What it may still owe beyond its thread, and who is to do it.</summary>
    public IReadOnlyList<Owed> Owed { get; init; } = [];

    /// <summary>How often each outcome came: <c>step:outcome</c>, for the flow's counts.</summary>
    public IReadOnlyDictionary<string, int> Counts { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// What has happened that ends its waiting (<see cref="EndReasons"/>), told by the very commit in which it happened, and yet to be acted on; null: nothing. From then on
    /// it hears nothing else.
    /// </summary>
    public string? Overtaken { get; init; }

    /// <summary>What its last sub-flow or the run itself returned.</summary>
    public JsonElement? Value { get; init; }

    public bool IsOver => State is RunState.Completed or RunState.Failed or RunState.Ended;

    /// <summary>Whether it waits for what agents do in this conversation of its thread (null: in any).</summary>
    public bool HearsAgents(string? conversationId) => !IsOver && Overtaken is null && Wait is { Agent: true } && IsIn(conversationId);

    /// <summary>
    /// Whether it waits for the next message of this conversation of its thread (null: of any): also where it has asked by another channel, for people answer where they like.
    /// </summary>
    public bool HearsReplies(string? conversationId) => !IsOver && Overtaken is null && Wait is { Reply: true } && IsIn(conversationId);

    // As long as it has said nothing and none was open, whichever opens is its own.
    private bool IsIn(string? conversationId) => conversationId is null || ConversationId is null || ConversationId == conversationId;
}

/// <param name="Address">The contact's, canonical.</param>
internal sealed record RunHome(string ChannelId, string Address);

internal enum RunState
{
    /// <summary>Parked until time passes, or somebody writes.</summary>
    Waiting,

    /// <summary>A call of its own is on the way.</summary>
    Running,

    Completed,
    Failed,

    /// <summary>By somebody else than itself.</summary>
    Ended,
}

/// <summary>Why a run is over, in words of the API.</summary>
internal static class EndReasons
{
    public const string Completed = "completed";
    public const string Failed = "failed";

    /// <summary>A later question in the conversation took its place.</summary>
    public const string Superseded = "superseded";

    /// <summary>An agent answered, or was given the conversation.</summary>
    public const string TakenOver = "taken_over";

    /// <summary>The contact wrote STOP, or had done so before the run had something to say.</summary>
    public const string OptedOut = "opted_out";

    public const string Cancelled = "cancelled";

    /// <summary>It took too many steps.</summary>
    public const string TooLong = "too_many_steps";

    /// <summary>It grew too old.</summary>
    public const string Expired = "expired";
}

/// <summary>A flow or sub-flow under way.</summary>
/// <param name="Step">The present one.</param>
internal sealed record Frame(string FlowId, int Version, string Step, IReadOnlyDictionary<string, JsonElement> Variables);

/// <summary>An inbound message as a run remembers it.</summary>
internal sealed record HeardMessage(string Id, string Text, string? Subject, string ChannelKind, string ChannelId, bool HasFiles, DateTimeOffset At)
{
    /// <summary>Of a longer text (a mail's) runs see the beginning: a quarter of what all variables may hold, for questions keep answers in them.</summary>
    public const int LongestText = FlowLimits.VariablesSize / 4;

    /// <summary>The text was longer, and ends in "…". The conversation has all of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCut { get; init; }

    /// <summary>As runs remember it.</summary>
    public HeardMessage Cut() => Text.Length > LongestText ? this with { Text = Texts.Beginning(Text, LongestText), IsCut = true } : this;

    /// <summary>Without what was said.</summary>
    public HeardMessage Bare() => this with { Text = string.Empty, Subject = null };
}

/// <summary>What a run is parked on. It ends by whatever comes first of what it listens to.</summary>
/// <param name="Visit">Of the step that waits: a signal that names another one comes too late.</param>
/// <param name="Due">When time alone ends it; null: never.</param>
/// <param name="Reply">The contact's next message ends it.</param>
/// <param name="Agent">An agent's answer ends it, instead of the run.</param>
/// <param name="Tries">Answers that could not be understood, or calls that were made.</param>
internal sealed record Wait(WaitKind Kind, int Visit, DateTimeOffset Since, DateTimeOffset? Due, bool Reply = false, bool Agent = false, int Tries = 0)
{
    /// <summary>The thread in which the answer will come, where the question went by another channel than the run's own thread; null: there.</summary>
    public string? HeardIn { get; init; }

    /// <summary>What is called, the same in every repetition.</summary>
    public Calls.CallRequest? Call { get; init; }

    /// <summary>Until then somebody is calling it, and nobody else does.</summary>
    public DateTimeOffset? CalledUntil { get; init; }

    /// <summary>How often this attempt was claimed: more than once, where whoever did so died of it.</summary>
    public int Claims { get; init; }

    /// <summary>Of the step that waits.</summary>
    public string StepType { get; init; } = string.Empty;
}

internal enum WaitKind
{
    Time,
    Reply,
    Agent,

    /// <summary>The answer of a program that the run calls.</summary>
    Callback,
}

/// <summary>What wakes a run.</summary>
internal abstract record Signal
{
    private Signal() { }

    /// <summary>It begins.</summary>
    internal sealed record Started : Signal;

    internal sealed record Replied(HeardMessage Message) : Signal;

    internal sealed record TimePassed : Signal;

    internal sealed record AgentActed : Signal;

    internal sealed record CallAnswered(Calls.CallAnswer Answer) : Signal;

    /// <summary>A person lets it go on from where it failed.</summary>
    internal sealed record Retried : Signal;
}

/// <summary>
/// What a transition left to be done outside its commit. Whoever made the transition does it; who takes up the work of a dead one does what bears that work's name.
/// All of it is idempotent.
/// </summary>
/// <param name="By">Whose work it is: the message's id, or the name of the wake.</param>
internal sealed record Owed(string By, DateTimeOffset At)
{
    /// <summary>A message is to be sent.</summary>
    public string? MessageId { get; init; }

    /// <summary>The message's.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The contact is to be changed.</summary>
    public ContactChange? Contact { get; init; }

    /// <summary>The wait of this visit is to be ended when it is due.</summary>
    public int? Wake { get; init; }

    /// <summary>In another thread nobody is to listen for the run any more.</summary>
    public string? Unheard { get; init; }
}

/// <summary>
/// Row <c>0r|w|{run}</c> of a thread: a run that lies in another one waits for what comes here. It only tells whom to ask: whether the run still waits, its own row says.
/// </summary>
/// <param name="AnsweredBy">The message that was its answer; it is heard by nobody else, unless the run refuses it.</param>
/// <param name="Overtaken">What has happened here that ends its waiting (<see cref="EndReasons"/>); nothing is heard for it any more.</param>
internal sealed record Waiter(string RunId, int Visit, string? AnsweredBy = null, string? Overtaken = null)
{
    public bool Listens => AnsweredBy is null && Overtaken is null;
}

/// <summary>What a step changes of the contact.</summary>
/// <param name="Key">Of the step's visit: a change is made once.</param>
/// <param name="Attributes">JSON null removes one.</param>
internal sealed record ContactChange(string Key, IReadOnlyDictionary<string, JsonElement> Attributes, IReadOnlyList<string> AddTags, IReadOnlyList<string> RemoveTags)
{
    public string? Name { get; init; }
}
