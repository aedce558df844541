namespace PPMessage.Storage;

/// <summary>Stands before a store: limits, writer nonces with read-back, operation count.</summary>
internal sealed class GuardedStore;
