namespace PPMessage.Flows.Calls;

/// <summary>What a flow asks a program of the company's, or somebody's, to answer.</summary>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Headers">On top of ours; which may be given says <see cref="CallMistakes.OfHeader"/>.</param>
/// <param name="Body">Null: none. Sent as <c>application/json</c>, in UTF-8, unless <paramref name="Headers"/> has another <c>Content-Type</c> (whose charset then counts).</param>
/// <param name="Timeout">For all of it, redirects and the answer's body included; from 1 s to 20 s, what is outside is taken as the nearer of them.</param>
/// <param name="IdempotencyKey">The same in every repetition, so that a program that looks at it does once what it is asked twice.</param>
internal sealed record CallRequest(
    string Method, string Url, IReadOnlyDictionary<string, string> Headers, string? Body, TimeSpan Timeout, string IdempotencyKey);

/// <summary>What came of one attempt.</summary>
/// <param name="Status">0: there was no answer.</param>
/// <param name="ContentType">As the answer says it; null: it does not, or there is none.</param>
/// <param name="Body">Decoded; up to <see cref="FlowCalls.LargestAnswer"/> bytes of it. Empty without an answer.</param>
/// <param name="Error">Why it can't be used, for people; null: a 2xx that came whole.</param>
/// <param name="MayBeRetried">Whether another attempt may end differently.</param>
/// <param name="RetryAfter">How long the program wants to be left alone, never negative; null: it does not say.</param>
internal sealed record CallAnswer(int Status, string? ContentType, string Body, string? Error, bool MayBeRetried, TimeSpan? RetryAfter, int DurationMs)
{
    public static CallAnswer None(string error, bool mayBeRetried) => new(0, null, string.Empty, error, mayBeRetried, null, 0);
}

/// <summary>Makes one attempt at a call.</summary>
internal delegate Task<CallAnswer> CallProgram(CallRequest request, CancellationToken cancellation);
