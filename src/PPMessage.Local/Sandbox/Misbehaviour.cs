using System.Text.Json.Serialization;

namespace PPMessage.Local.Sandbox;

/// <summary>One thing that goes wrong once (or <see cref="Count"/> times, or until it is lifted: <see cref="Standing"/>), at the next call that it fits.</summary>
[JsonConverter(typeof(MisbehaviourConverter))]
internal sealed record Misbehaviour(string Kind)
{
    /// <summary>429 with code 20429; nothing was done.</summary>
    public const string TooManyRequests = "429";

    /// <summary>500 with a body that is no JSON (<see cref="Body"/>); nothing was done.</summary>
    public const string ServerError = "500";

    /// <summary>503, as <see cref="ServerError"/>.</summary>
    public const string Unavailable = "503";

    /// <summary>500, but it was done.</summary>
    public const string ServerErrorAfterAccept = "500AfterAccept";

    /// <summary>It is done and no answer comes; the connection closes after <see cref="By"/>, by default only when the caller gives up.</summary>
    public const string TimeoutAfterAccept = "timeoutAfterAccept";

    public const string ResetBeforeAccept = "resetBeforeAccept";

    public const string ResetAfterAccept = "resetAfterAccept";

    /// <summary>Twilio's error <see cref="Code"/> (default 20003, which is trouble with the account); nothing was done.</summary>
    public const string Refused = "refused";

    /// <summary>All status callbacks of the next message come <see cref="By"/> (default 1 s) after its last status.</summary>
    public const string Late = "late";

    /// <summary>Each status callback of the next message comes twice, in parallel.</summary>
    public const string Doubled = "doubled";

    /// <summary>The status callbacks of the next message come last first.</summary>
    public const string OutOfOrder = "outOfOrder";

    public const string DropCallbacks = "dropCallbacks";

    /// <summary>All status callbacks of the next message come before its POST is answered.</summary>
    public const string CallbackBeforeAnswer = "callbackBeforeAnswer";

    /// <summary>The next message ends as <see cref="Status"/> with <see cref="Code"/>.</summary>
    public const string FinalStatus = "finalStatus";

    /// <summary>The next inbound text becomes a resource and is never told to the application.</summary>
    public const string MissInbound = "missInbound";

    /// <summary>The next inbound text is told <see cref="Count"/> times in parallel.</summary>
    public const string InboundTimes = "inboundTimes";

    /// <summary>The next callback of either kind is signed with another token.</summary>
    public const string BadSignature = "badSignature";

    /// <summary>The next fetch of a medium answers 404.</summary>
    public const string MediaNotFound = "media404";

    public static readonly IReadOnlyList<string> Kinds =
    [
        TooManyRequests, ServerError, Unavailable, ServerErrorAfterAccept, TimeoutAfterAccept, ResetBeforeAccept, ResetAfterAccept, Refused,
        Late, Doubled, OutOfOrder, DropCallbacks, CallbackBeforeAnswer, FinalStatus, MissInbound, InboundTimes, BadSignature, MediaNotFound,
    ];

    public static readonly IReadOnlyList<string> FinalStatuses = ["sent", "delivered", "undelivered", "failed"];

    /// <summary>How often it happens; for <see cref="InboundTimes"/> how many copies one text makes. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>It happens every time, until it is lifted.</summary>
    public bool Standing { get; init; }

    /// <summary>For the answers: any request whose path contains this, instead of sends only.</summary>
    public string? Path { get; init; }

    /// <summary>How long it takes; see the kinds for the default.</summary>
    public TimeSpan? By { get; init; }

    /// <summary><c>html</c> (the default), <c>empty</c> or <c>json</c>.</summary>
    public string Body { get; init; } = "html";

    /// <summary>One of <see cref="FinalStatuses"/>; default <c>undelivered</c>.</summary>
    public string Status { get; init; } = "undelivered";

    /// <summary>Twilio's error code, e.g. 30003, or 21610 for an opt-out that shows only then; of <see cref="Refused"/> such as 63038 for the allowance of a day.</summary>
    public int? Code { get; init; }

    public static Misbehaviour Final(string status, int? code = null) => new(FinalStatus) { Status = status, Code = code };
}
