using PPMessage.Conversations;

namespace PPMessage.Flows.Runs;

/// <summary>A transition as it stands in an edit of its thread: what is left to be done when that is committed.</summary>
/// <param name="Conversation">As it is to be; null: the run has none.</param>
/// <param name="Messages">Those that are to be sent, claimed.</param>
/// <param name="Overtaken">Work for other runs, whose waiting is over by it.</param>
/// <param name="Waits">The conversation waits to be handed out.</param>
internal sealed record Movement(Run Run, Conversation? Conversation, IReadOnlyList<Message> Messages, IReadOnlyList<ContactChange> Changes, IReadOnlyList<RunWork> Overtaken, bool Waits);
