using System.Text.Json.Serialization;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>One thing that goes wrong once (or <see cref="Count"/> times, or until it is lifted: <see cref="Standing"/>), at the next call, mail or recipient that it fits.</summary>
internal sealed record MailMisbehaviour(string Kind)
{
    public const string Unauthorized = "401";
    public const string PaymentRequired = "402";
    public const string Refused = "403";
    public const string NotFound = "404";
    public const string TooLarge = "413";

    /// <summary>With <c>X-RateLimit-Reset</c>; <see cref="Message"/> <c>account</c> (default), <c>recipient</c> or <c>bytes</c> says which limit.</summary>
    public const string TooManyRequests = "429";

    /// <summary>500 with a page of a proxy's; nothing was done.</summary>
    public const string ServerError = "500";

    /// <summary>503, as <see cref="ServerError"/>.</summary>
    public const string Unavailable = "503";

    /// <summary>500, but it was done.</summary>
    public const string ServerErrorAfterAccept = "500AfterAccept";

    /// <summary>It is done and no answer comes; the connection closes after <see cref="By"/>, by default only when the caller gives up.</summary>
    public const string TimeoutAfterAccept = "timeoutAfterAccept";

    public const string ResetBeforeAccept = "resetBeforeAccept";
    public const string ResetAfterAccept = "resetAfterAccept";

    /// <summary>200 with a text instead of JSON; nothing was done.</summary>
    public const string Magnificent = "magnificent";

    /// <summary>404 "Domain not found", as the other region answers.</summary>
    public const string WrongRegion = "wrongRegion";

    /// <summary>The next mail is deferred (<see cref="RetryAfter"/>), then delivered, or failed when <see cref="Then"/> is <c>permanent</c>.</summary>
    public const string TemporaryFail = "temporaryFail";

    /// <summary>
    /// By <see cref="Reason"/>: <c>bounce</c> (default; the address is suppressed from now on), <c>suppress-bounce</c>, <c>suppress-unsubscribe</c>,
    /// <c>suppress-complaint</c>, <c>old</c>, <c>generic</c> …
    /// </summary>
    public const string PermanentFail = "permanentFail";

    /// <summary>QQ refuses for now with <see cref="Message"/> (default <see cref="MailSteps.QqText"/>); Mailgun takes it for a bounce and suppresses the address.</summary>
    public const string QqRefusal = "qqRefusal";

    public const string Complained = "complained";
    public const string Unsubscribed = "unsubscribed";
    public const string Opened = "opened";
    public const string Clicked = "clicked";

    /// <summary>Delivered, and later failed with <c>is-delayed-bounce</c>.</summary>
    public const string DelayedBounce = "delayedBounce";

    /// <summary>All event calls of the next mail come <see cref="By"/> (default 1 s) after its last event.</summary>
    public const string Late = "late";

    /// <summary>Each event call of the next mail comes twice, byte for byte, in parallel.</summary>
    public const string Doubled = "doubled";

    public const string OutOfOrder = "outOfOrder";
    public const string DropEvents = "dropEvents";

    /// <summary>All event calls of the next mail come before its POST is answered.</summary>
    public const string EventBeforeAnswer = "eventBeforeAnswer";

    /// <summary>Each POST of the next mail that comes in is made twice, byte for byte, in parallel.</summary>
    public const string InboundDoubled = "inboundDoubled";

    /// <summary>After the next POST with a mail comes another with the same signature and <see cref="Message"/> for a subject.</summary>
    public const string OtherBodySameToken = "otherBodySameToken";

    /// <summary>The next call of either kind is signed with another key.</summary>
    public const string WrongSignature = "wrongSignature";

    /// <summary>The next call of either kind has a timestamp of <see cref="By"/> ago (default 25 h), rightly signed.</summary>
    public const string OldTimestamp = "oldTimestamp";

    /// <summary>What can be answered instead of the answer; a call takes at most one.</summary>
    public static readonly IReadOnlyList<string> Answers =
    [
        Unauthorized, PaymentRequired, Refused, NotFound, TooLarge, TooManyRequests, ServerError, Unavailable, ServerErrorAfterAccept,
        TimeoutAfterAccept, ResetBeforeAccept, ResetAfterAccept, Magnificent, WrongRegion,
    ];

    public static readonly IReadOnlyList<string> Kinds =
    [
        .. Answers, TemporaryFail, PermanentFail, QqRefusal, Complained, Unsubscribed, Opened, Clicked, DelayedBounce,
        Late, Doubled, OutOfOrder, DropEvents, EventBeforeAnswer, InboundDoubled, OtherBodySameToken, WrongSignature, OldTimestamp,
    ];

    /// <summary>How often it happens; 0 (the default) is once.</summary>
    public int Count { get; init; }

    /// <summary>It happens every time, until it is lifted.</summary>
    public bool Standing { get; init; }

    /// <summary>For the answers: any request whose path contains this, instead of sends only.</summary>
    public string? Path { get; init; }

    /// <summary>For the answers with a <see cref="Path"/>: requests of this method only, such as <c>POST</c>.</summary>
    public string? Method { get; init; }

    /// <summary>For what becomes of a mail: this recipient only.</summary>
    public string? Recipient { get; init; }

    /// <summary>How long it takes; see the kinds for the default.</summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? By { get; init; }

    public string? Reason { get; init; }

    /// <summary>Of the other mail host, or Mailgun's own (6xx).</summary>
    public int? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>What a deferral says of the next attempt; default 10 minutes. The sandbox itself makes it after its usual step.</summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary><c>delivered</c> (default) or <c>permanent</c>.</summary>
    public string? Then { get; init; }
}
