using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>What a message says at length.</summary>
/// <param name="FullText">With quotation and signature; null: the text is all there is.</param>
/// <param name="Html">Sanitised.</param>
internal sealed record MessageContent(string Text, string? FullText, string? Html);

/// <summary>
/// Keeps rows small: what is long lies in a blob named by thread and content, written before the row that names it, so that whoever repeats it writes the
/// same blob. Operations: none for a short message, one for a long one. Thread-safe.
/// </summary>
internal sealed class Contents(IStore store)
{
    private const int LongestInRow = 6 * 1024;
    private const int ShownOfText = 2000;

    /// <returns>What goes into the row, and the blob that has the whole of it; null: the row has it.</returns>
    public async Task<(MessageContent InRow, string? Blob)> PutAsideAsync(string thread, MessageContent content, CancellationToken cancellation)
    {
        if (Length(content) <= LongestInRow) return (content, null);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(content, ConversationsJson.Default.MessageContent);
        var name = $"{thread}/{Ids.Base32(SHA256.HashData(bytes))}";
        using var stream = new MemoryStream(bytes);
        await store.WriteBlobAsync(Containers.Contents, name, stream, "application/json", cancellation);
        return (new MessageContent(Texts.Beginning(content.Text, ShownOfText), null, null), name);
    }

    /// <summary>The whole of it.</summary>
    public async Task<MessageContent> ReadAsync(Message message, CancellationToken cancellation)
    {
        var inRow = new MessageContent(message.Text, message.FullText, message.Html);
        if (message.Content is null) return inRow;
        await using var blob = await store.OpenBlobAsync(Containers.Contents, message.Content, cancellation);
        return blob is null ? inRow : await JsonSerializer.DeserializeAsync(blob.Content, ConversationsJson.Default.MessageContent, cancellation) ?? inRow;
    }

    private static int Length(MessageContent content) =>
        Encoding.UTF8.GetByteCount(content.Text) + Encoding.UTF8.GetByteCount(content.FullText ?? string.Empty) + Encoding.UTF8.GetByteCount(content.Html ?? string.Empty);
}

internal static class Texts
{
    /// <summary>The beginning of a text, not cut inside a character.</summary>
    public static string Beginning(string text, int length)
    {
        if (text.Length <= length) return text;
        var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return text[..end] + "…";
    }
}
