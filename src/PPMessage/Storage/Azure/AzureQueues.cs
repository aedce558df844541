using System.Collections.Concurrent;
using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace PPMessage.Storage.Azure;

/// <summary>Messages in Base64, as the Functions host reads and writes them. Azure counts whole seconds: a shorter time is rounded up.</summary>
internal sealed class AzureQueues(QueueServiceClient service, string prefix)
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    private readonly ConcurrentDictionary<string, QueueClient> _clients = new(StringComparer.Ordinal);

    public async Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        var client = Client(queue);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        try
        {
            return Receipt(await client.SendMessageAsync(encoded, WholeSeconds(hiddenFor), Never, cancellation));
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await client.CreateIfNotExistsAsync(cancellationToken: cancellation);
            return Receipt(await client.SendMessageAsync(encoded, WholeSeconds(hiddenFor), Never, cancellation));
        }
    }

    public async Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation)
    {
        try
        {
            var messages = (await Client(queue).ReceiveMessagesAsync(max, WholeSeconds(lease), cancellation)).Value;
            return Array.ConvertAll(messages, message =>
                new QueueMessage(new QueueReceipt(message.MessageId, message.PopReceipt), Decoded(message.MessageText), (int)message.DequeueCount));
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
    }

    public async Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        try
        {
            var updated = await Client(queue).UpdateMessageAsync(
                receipt.MessageId, receipt.PopReceipt, (string?)null, WholeSeconds(hiddenFor), cancellation);
            return receipt with { PopReceipt = updated.Value.PopReceipt };
        }
        catch (RequestFailedException stale) when (IsStale(stale))
        {
            return null;
        }
    }

    public async Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation)
    {
        try
        {
            await Client(queue).DeleteMessageAsync(receipt.MessageId, receipt.PopReceipt, cancellation);
            return true;
        }
        catch (RequestFailedException stale) when (IsStale(stale))
        {
            return false;
        }
    }

    private static bool IsStale(RequestFailedException error) =>
        error.Status == 404 || error.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    // A message that somebody else put there unencoded is handed on as it is, so that it can be seen to be unreadable and be set aside.
    private static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : text;
    }

    private static TimeSpan WholeSeconds(TimeSpan time) => TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));

    private static QueueReceipt Receipt(Response<SendReceipt> sent) => new(sent.Value.MessageId, sent.Value.PopReceipt);

    private QueueClient Client(string queue) => _clients.GetOrAdd(queue, name => service.GetQueueClient(prefix + name));
}
