using System.Text.Json;

namespace PPMessage.Functions;

/// <summary>What starts a function, as its <c>function.json</c> says: the single source of what is triggered when.</summary>
/// <param name="Function">The name of the function: its folder.</param>
/// <param name="Kind"><c>httpTrigger</c>, <c>timerTrigger</c> or <c>queueTrigger</c>.</param>
/// <param name="Binding">The name under which the trigger's data comes.</param>
/// <param name="Schedule">NCRONTAB with six fields, in UTC; of timers only.</param>
/// <param name="Queue">Of queues only.</param>
/// <param name="Output">The name of the binding that takes the answer; of HTTP only.</param>
internal sealed record Trigger(string Function, string Kind, string Binding, string? Schedule, string? Queue, string? Output)
{
    public const string Http = "httpTrigger";
    public const string Timer = "timerTrigger";
    public const string QueueKind = "queueTrigger";

    /// <summary>The suffix of the queue that the Functions host moves a message to which it has given up.</summary>
    public const string Poison = "-poison";

    /// <summary>Reads all functions below the program's folder, ordered by name.</summary>
    public static IReadOnlyList<Trigger> ReadAll(string folder) =>
    [
        .. Directory.EnumerateDirectories(folder)
            .Where(directory => File.Exists(Path.Combine(directory, "function.json")))
            .Order(StringComparer.Ordinal)
            .Select(directory => Parse(Path.GetFileName(directory), File.ReadAllBytes(Path.Combine(directory, "function.json")))),
    ];

    private static Trigger Parse(string function, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var bindings = document.RootElement.GetProperty("bindings").EnumerateArray().ToList();
        var trigger = bindings.Single(b => Text(b, "type")!.EndsWith("Trigger", StringComparison.Ordinal));
        var output = bindings.Find(b => Text(b, "direction") == "out");
        return new Trigger(function, Text(trigger, "type")!, Text(trigger, "name")!, Text(trigger, "schedule"), Text(trigger, "queueName"), Text(output, "name"));
    }

    private static string? Text(JsonElement binding, string name) =>
        binding.ValueKind == JsonValueKind.Object && binding.TryGetProperty(name, out var value) ? value.GetString() : null;
}
