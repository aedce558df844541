namespace PPMessage.Storage;

/// <summary>Azure's limits, kept for every store so that nothing passes locally which Azure refuses.
/// Source: learn.microsoft.com, "Scalability and performance targets" of Table and Queue Storage, "Understanding the Table service data model".</summary>
internal static class Limits
{
    /// <summary>A row with all its keys and properties: 1 MiB; a little is kept for keys, nonce and timestamps.</summary>
    public const int RowBytes = (1024 * 1024) - (8 * 1024);

    /// <summary>One binary property; longer documents are cut into several.</summary>
    public const int PropertyBytes = 64 * 1024;

    /// <summary>A transaction's HTTP request, in which documents are Base64: about 3 MiB of documents.</summary>
    public const int TransactionBytes = 4 * 1024 * 1024;

    public const int TransactionRows = 100;

    public const int PageRows = 1000;

    /// <summary>Half of what Azure takes (1 KiB, UTF-16).</summary>
    public const int KeyCharacters = 512;

    /// <summary>64 KiB a message, of which Base64 (the Functions host's default encoding) leaves three quarters.</summary>
    public const int MessageBytes = 48 * 1024;

    public const int DequeuedAtOnce = 32;

    public static readonly TimeSpan LongestHiding = TimeSpan.FromDays(7);
}
