using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PPMessage;

/// <summary>Names of everything that is measured and traced; the tables in README.md repeat them. Ids and words of ours only: never a number, an address, a text.</summary>
internal static class Telemetry
{
    public const string Name = "PPMessage";

    /// <summary>A provider's call of ours, with <c>channel.kind</c> and <c>outcome</c> as <see cref="Callbacks"/>.</summary>
    public const string CallbackSpan = "ppmessage.callback";

    /// <summary>One attempt at a piece of work, with <c>work.kind</c>, <c>work.attempt</c> and <c>outcome</c> (done, failed, dead). In the trace of what put it into the queue.</summary>
    public const string WorkSpan = "ppmessage.work";

    /// <summary>Our call of a provider, with <c>provider</c>, <c>outcome</c> (answered, notwritten, unclear) and <c>http.response.status_code</c>.</summary>
    public const string ProviderCallSpan = "ppmessage.provider_call";

    public static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Source = new(Name);

    /// <summary>Calls to the store, with the attribute <c>operation</c>. A transaction counts one: it is what Azure bills.</summary>
    public static readonly Counter<long> StorageOperations = Meter.CreateCounter<long>("ppmessage.storage.operations", "{operation}");

    /// <summary>Callbacks by <c>channel.kind</c> and <c>outcome</c> (accepted, refused, disabled, odd).</summary>
    public static readonly Counter<long> Callbacks = Meter.CreateCounter<long>("ppmessage.callbacks", "{callback}");

    /// <summary>Attempts to send by <c>channel.kind</c> and <c>outcome</c>.</summary>
    public static readonly Counter<long> Sends = Meter.CreateCounter<long>("ppmessage.sends", "{attempt}");

    /// <summary>Work that was given up, by <c>work.kind</c>.</summary>
    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("ppmessage.dead_letters", "{letter}");

    /// <summary>Steps that runs of flows have taken, by <c>step.type</c> and <c>outcome</c> (failed, or done: outcomes are admins' words).</summary>
    public static readonly Counter<long> Steps = Meter.CreateCounter<long>("ppmessage.flow.steps", "{step}");

    /// <summary>What the queue keeps of the present trace for the work's own span; null while nobody records it.</summary>
    public static string? TraceParent => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    public static Activity? StartCallback(string channelKind) => Source.StartActivity(CallbackSpan)?.SetTag("channel.kind", channelKind);

    public static void CountCallback(string channelKind, string outcome)
    {
        Callbacks.Add(1, new("channel.kind", channelKind), new("outcome", outcome));
        if (Activity.Current is { OperationName: CallbackSpan } span) span.SetTag("outcome", outcome);
    }

    /// <param name="traceParent">Of <see cref="TraceParent"/>; what brought the work here (a call of the Functions host) is linked.</param>
    public static Activity? StartWork(string kind, int attempt, string? traceParent)
    {
        if (!Source.HasListeners()) return null;
        var isTraced = ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent);
        ActivityLink[] links = isTraced && Activity.Current is { } bringer ? [new ActivityLink(bringer.Context)] : [];
        return Source.StartActivity(WorkSpan, ActivityKind.Consumer, isTraced ? parent : Activity.Current?.Context ?? default, links: links)
            ?.SetTag("work.kind", kind).SetTag("work.attempt", attempt);
    }

    /// <param name="outcome">Null: the step is where a flow ends, or a sub-flow begins.</param>
    public static void CountStep(string type, string? outcome) => Steps.Add(1, new("step.type", type), new KeyValuePair<string, object?>("outcome", outcome == "failed" ? "failed" : "done"));

    public static Activity? StartProviderCall(string provider) => Source.StartActivity(ProviderCallSpan, ActivityKind.Client)?.SetTag("provider", provider);

    /// <param name="isError">Whether whoever looks at traces should see it red.</param>
    public static void End(this Activity? span, string outcome, bool isError = false)
    {
        span?.SetTag("outcome", outcome);
        if (isError) span?.SetStatus(ActivityStatusCode.Error);
    }
}
