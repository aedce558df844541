using PPMessage.Conversations;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>Row <c>r|{flow}|{inverse time}{thread}</c> of the inbox: a run as its flow's lists and counts see it. It follows the run.</summary>
internal sealed record RunEntry(
    string RunId, string FlowId, int Version, string ContactId, string? ConversationId, string Trigger, RunState State, string? Reason, string? Step, DateTimeOffset? Due,
    DateTimeOffset StartedAt, DateTimeOffset UpdatedAt, int Transitions, IReadOnlyDictionary<string, int> Counts)
{
    /// <summary>The visit of the step that waits; null: none does.</summary>
    public int? WaitsAt { get; init; }
}

/// <summary>Where a flow finds its runs. They lie in the inbox, because its transaction is written anyway whenever something happens in a conversation. Pure.</summary>
internal static class RunIndex
{
    public const string AllPrefix = "r|";

    public static string Prefix(string flowId) => $"{AllPrefix}{flowId}|";

    /// <summary>The ULID by which a run's shard is found: of the conversation that it began in, where it had one.</summary>
    public static string ShardBy(Run run) => run.ListedBy ?? RunKeys.Of(run.Id)!.Value.Ulid;

    /// <summary>Whether a conversation's row of the inbox and the run's lie in one partition.</summary>
    public static bool IsBeside(Run run, Conversation conversation) => InboxRows.Shard(ShardBy(run)) == InboxRows.Shard(ThreadKeys.Conversation(conversation.Id)!.Value.Ulid);

    public static string Row(string flowId, string runId) => Prefix(flowId) + Position(runId);

    /// <summary>Newest first.</summary>
    public static string Position(string runId) => RunKeys.Of(runId) is var (thread, ulid) ? Ids.Inverse(ulid) + thread : string.Empty;

    public static InboxEntry Of(Run run) =>
        new(RowWrite.Put(Row(run.FlowId, run.Id), EntryOf(run), FlowJson.Default.RunEntry), there => there.As(FlowJson.Default.RunEntry).Transitions < run.Transitions);

    public static RunEntry EntryOf(Run run) => new(
        run.Id, run.FlowId, run.Version, run.ContactId, run.ConversationId, run.Trigger, run.State, run.Reason, run.IsOver && run.State != RunState.Failed ? null : run.Frames[0].Step,
        run.Wait?.Due, run.StartedAt, run.UpdatedAt, run.Transitions, run.Counts)
    { WaitsAt = run.Wait?.Visit };
}
