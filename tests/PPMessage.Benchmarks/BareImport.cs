using System.Diagnostics;
using System.Globalization;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Benchmarks;

/// <summary>What an import asks of the store, asked of the store alone: the same reads, the same rows in the same transactions, as many at once.</summary>
internal static class BareImport
{
    private const int ChunkRows = 10_000;
    private const int AtOnce = 32;

    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = AtOnce };

    /// <summary>Rows a second: with the writes alone, and with the reads before them.</summary>
    public static async Task<(double Writes, double All)> RunAsync(IStore store, int rows)
    {
        var (writing, reading) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var from = 0; from < rows; from += ChunkRows)
        {
            var contacts = Enumerable.Range(from, Math.Min(ChunkRows, rows - from)).Select(Of).ToList();
            var addresses = contacts.SelectMany(contact => contact.Addresses().Select(address => (contact.Id, Address: address, Key: ContactKeys.Of(address)))).ToList();
            var claims = addresses.GroupBy(a => a.Key.Partition)
                .Select(same => (same.Key, Rows: same.Select(a => RowWrite.Insert(a.Key.Row, new AddressOwner(a.Id, a.Address.Value), ContactsJson.Default.AddressOwner)).ToArray())).ToList();
            var inserts = contacts.GroupBy(contact => ContactKeys.BucketOf(contact.Id)!)
                .Select(same => (same.Key, Rows: same.Select(contact => RowWrite.Insert(ContactKeys.Row(contact.Id), contact, ContactsJson.Default.Contact)).ToArray())).ToList();
            reading += await TimeAsync(() => Parallel.ForEachAsync(addresses, Parallelism, async (a, token) => await store.ReadAsync(Tables.Addresses, a.Key.Partition, a.Key.Row, token)));
            writing += await TimeAsync(async () =>
            {
                await CommitAsync(store, Tables.Addresses, claims);
                await CommitAsync(store, Tables.Contacts, inserts);
            });
        }

        return (rows / writing.TotalSeconds, rows / (writing + reading).TotalSeconds);
    }

    private static Task CommitAsync(IStore store, string table, IEnumerable<(string Partition, RowWrite[] Rows)> writes) => Parallel.ForEachAsync(
        writes.SelectMany(one => one.Rows.Chunk(Limits.TransactionRows).Select(some => (one.Partition, Rows: some))), Parallelism,
        async (one, token) => await store.CommitAsync(table, one.Partition, [.. one.Rows.Select(row => row with { Nonce = "0123456789ABCDEF" })], token));

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var begin = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begin);
    }

    private static Contact Of(int i)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Contact
        {
            Id = ContactKeys.NewId(Ids.NewUlid(now)), Name = string.Create(CultureInfo.InvariantCulture, $"联系人 {i}"), Phones = [$"+86131{i:D8}"], Emails = [$"user1.{i}@example.cn"], Tags = ["导入", "vip"],
            Attributes = new Dictionary<string, System.Text.Json.JsonElement> { ["城市"] = System.Text.Json.JsonElement.Parse("\"北京\""), ["plan"] = System.Text.Json.JsonElement.Parse("\"pro\""), ["seats"] = System.Text.Json.JsonElement.Parse("7") },
            Locale = "zh-CN", FirstSeenAt = now, CreatedAt = now, UpdatedAt = now,
        };
    }
}
