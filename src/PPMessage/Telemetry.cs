using System.Diagnostics.Metrics;

namespace PPMessage;

/// <summary>Names of everything that is measured; the table in README.md repeats them.</summary>
internal static class Telemetry
{
    public const string Name = "PPMessage";

    public static readonly Meter Meter = new(Name);

    /// <summary>Calls to the store, with the attribute <c>operation</c>. A transaction counts one: it is what Azure bills.</summary>
    public static readonly Counter<long> StorageOperations = Meter.CreateCounter<long>("ppmessage.storage.operations", "{operation}");

    /// <summary>Callbacks by <c>channel.kind</c> and <c>outcome</c> (accepted, refused, disabled, odd).</summary>
    public static readonly Counter<long> Callbacks = Meter.CreateCounter<long>("ppmessage.callbacks", "{callback}");

    /// <summary>Attempts to send by <c>channel.kind</c> and <c>outcome</c>.</summary>
    public static readonly Counter<long> Sends = Meter.CreateCounter<long>("ppmessage.sends", "{attempt}");

    /// <summary>Work that was given up, by <c>work.kind</c>.</summary>
    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("ppmessage.dead_letters", "{letter}");
}
