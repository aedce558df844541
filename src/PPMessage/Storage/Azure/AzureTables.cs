using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace PPMessage.Storage.Azure;

/// <summary>Rows as entities.</summary>
internal sealed class AzureTables(TableServiceClient service, string prefix)
{
    private readonly ConcurrentDictionary<string, TableClient> _clients = new(StringComparer.Ordinal);

    public async Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation)
    {
        var found = await Client(table).GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        return found.HasValue ? AzureEntity.Row(found.Value!) : null;
    }

    public async Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation)
    {
        var rows = new List<Row>();
        try
        {
            // Azure may end a page anywhere; the SDK goes on until its real end. One row more than asked tells whether more follow.
            var query = Client(table).QueryAsync<TableEntity>(Filter(partition, range), Math.Min(limit + 1, Limits.PageRows), cancellationToken: cancellation);
            await foreach (var entity in query)
            {
                if (rows.Count == limit) return new RowPage(rows, true);
                rows.Add(AzureEntity.Row(entity));
            }

            return new RowPage(rows, false);
        }
        catch (RequestFailedException missing) when (IsTableMissing(missing))
        {
            return RowPage.Empty;
        }
    }

    public async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        var actions = writes.Select(write => AzureEntity.Action(partition, write)).ToArray();
        try
        {
            return await SubmitAsync(Client(table), actions, cancellation);
        }
        catch (RequestFailedException missing) when (IsTableMissing(missing))
        {
            await Client(table).CreateIfNotExistsAsync(cancellation);
            return await SubmitAsync(Client(table), actions, cancellation);
        }
    }

    public async Task<bool> DropAsync(string table, CancellationToken cancellation)
    {
        // The SDK takes a missing table for deleted.
        await Client(table).DeleteAsync(cancellation);
        return true;
    }

    private static async Task<CommitResult> SubmitAsync(TableClient client, TableTransactionAction[] actions, CancellationToken cancellation)
    {
        try
        {
            var responses = (await client.SubmitTransactionAsync(actions, cancellation)).Value;
            return new CommitResult([.. actions.Select((action, i) => ETagOf(action, responses[i]))], null);
        }
        catch (TableTransactionFailedException refused) when (KindOf(refused) is not null && refused.FailedTransactionActionIndex is not null)
        {
            var index = refused.FailedTransactionActionIndex.Value;
            return new CommitResult([], new Conflict(index, actions[index].Entity.RowKey, KindOf(refused)!.Value));
        }
    }

    private static string ETagOf(TableTransactionAction action, Response response) =>
        action.ActionType == TableTransactionActionType.Delete
            ? string.Empty
            : response.Headers.ETag?.ToString() ?? throw new StoreException($"Azure gave no ETag for row {action.Entity.RowKey}.");

    private static ConflictKind? KindOf(RequestFailedException refused) => (refused.Status, refused.ErrorCode) switch
    {
        (409, "EntityAlreadyExists") => ConflictKind.Exists,
        (412, _) => ConflictKind.Stale,
        (404, "ResourceNotFound" or "EntityNotFound") => ConflictKind.Missing,
        _ => null,
    };

    private static bool IsTableMissing(RequestFailedException error) => error.ErrorCode == TableErrorCode.TableNotFound;

    private static string Filter(string partition, RowRange range)
    {
        var from = range.Exclusive
            ? TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {range.From}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {range.From}");
        return range.To is null ? from : from + TableClient.CreateQueryFilter($" and RowKey lt {range.To}");
    }

    private TableClient Client(string table) => _clients.GetOrAdd(table, name => service.GetTableClient(prefix + name));
}
