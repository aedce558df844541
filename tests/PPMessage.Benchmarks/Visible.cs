using System.Text.Json;

namespace PPMessage.Benchmarks;

/// <summary>Proves over the API that what was accepted is to be seen: each text once, in one conversation, and that conversation once in the list.</summary>
internal static class Visible
{
    private const int AtOnce = 16;

    public static async Task CheckAsync(Workspace workspace, IReadOnlyCollection<Sms> accepted)
    {
        var phones = accepted.Select(sms => sms.From).ToHashSet(StringComparer.Ordinal);
        var conversations = (await workspace.ListAsync("/api/conversations")).Where(conversation => phones.Contains(Text(conversation, "address"))).ToList();
        Expect(conversations.Count == phones.Count, $"{phones.Count} senders have {conversations.Count} conversations in the list");
        var seen = new List<string>();
        await Parallel.ForEachAsync(conversations, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (conversation, _) =>
        {
            var messages = await workspace.ListAsync($"/api/conversations/{Text(conversation, "id")}/messages");
            lock (seen) seen.AddRange(messages.Select(message => Text(message, "providerId")));
        });
        var distinct = seen.ToHashSet(StringComparer.Ordinal);
        Expect(distinct.Count == seen.Count, $"{seen.Count - distinct.Count} messages are there twice");
        Expect(accepted.All(sms => distinct.Contains(sms.Sid)), $"{accepted.Count(sms => !distinct.Contains(sms.Sid))} accepted messages are not to be seen");
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static void Expect(bool so, string otherwise)
    {
        if (!so) throw new InvalidOperationException(otherwise);
    }
}
