using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Schedules;
using PPMessage.Contacts;
using PPMessage.Segments;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Benchmarks;

/// <summary>
/// A campaign over many contacts: how fast they are looked at when hardly any of them match, beside the bare store's scan of the same rows; how fast they are decided and handed
/// to the sender when all match, beside the bare store's inserts of as many rows of the same size; the most memory; and storage operations. On the embedded store, and a few on
/// Azurite.
/// </summary>
internal static class CampaignsPart
{
    // Of a bare store that is given transactions, and of the pump.
    private const int AtOnce = 16;

    // A ledger row and a standing for each recipient, as large as the app's.
    private const int RecipientsOfTransaction = 48;

    private const string Few = "few";
    private const int FewEach = 1000;

    // Azurite is so much slower.
    private const int SlowerAzurite = 200;

    public static async Task RunAsync(Choice choice)
    {
        Table.Head("Campaigns", "store", "contacts", "bare scan/s", "looked at/s", "", "bare inserts, recipients/s", "decided and handed over/s", "", "operations a contact looked at", "a recipient handed over", "most memory, MB");
        foreach (var contacts in new[] { choice.Campaign / 10, choice.Campaign }) await RunAsync(new EmbeddedPlace(), contacts);
        await RunAsync(await AzuritePlace.StartAsync(), Math.Max(1, choice.Campaign / SlowerAzurite));
    }

    private static async Task RunAsync(IPlace place, int contacts)
    {
        await using var ended = place;
        await using (var head = await HeadProcess.StartAsync(place.Settings)) await Workspace.MakeAsync(head);
        var inserts = await place.OnBareStoreAsync(store => BareInsertsAsync(store, contacts));
        await place.OnAppStoreAsync(store => MeasureAsync(place.Name, store, inserts, contacts));
    }

    private static async Task MeasureAsync(string name, IStore store, double inserts, int contacts)
    {
        await FillAsync(store, contacts);
        using var memory = new MostMemory();
        var counted = new CountedStore(new GuardedStore(store));
        var settings = new Dictionary<string, string?> { ["PPMessage:Campaigns:OpenChunks"] = "1000", ["PPMessage:SecretsKey"] = "secrets-key-of-the-benchmarks" };
        var services = new ServiceCollection().AddLogging().AddPPMessage(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), underFunctionsHost: false);
        await using var provider = services.AddSingleton<IStore>(counted).BuildServiceProvider();
        var scan = await ScanAsync(store, contacts);
        // A program that has run for a while: its code is compiled.
        await RunAsync(provider, counted, Few, contacts);
        var (looked, lookedOperations) = await RunAsync(provider, counted, "nobody", contacts);
        var (handed, handedOperations) = await RunAsync(provider, counted, "bench", contacts);
        Table.Row(
            name, Table.Number(contacts), Table.Number(scan), Table.Number(looked), Table.Percent(looked / scan), Table.Number(inserts), Table.Number(handed), Table.Percent(handed / inserts),
            Table.Number(lookedOperations, 4), Table.Number(handedOperations, 3), Table.Number(memory.Bytes / 1e6));
    }

    private static async Task FillAsync(IStore store, int contacts)
    {
        var now = TimeProvider.System.GetUtcNow();
        var byBucket = new ConcurrentDictionary<string, List<RowWrite>>();
        await Parallel.ForEachAsync(Enumerable.Range(0, contacts).Chunk(10_000), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (some, cancellation) =>
        {
            var made = some.Select(i => Of(i, now)).GroupBy(contact => ContactKeys.BucketOf(contact.Id)!);
            foreach (var bucket in made)
                foreach (var rows in bucket.Chunk(Limits.TransactionRows))
                    await store.CommitAsync(Tables.Contacts, bucket.Key, [.. rows.Select(contact => RowWrite.Insert(ContactKeys.Row(contact.Id), contact, ContactsJson.Default.Contact) with { Nonce = "0123456789ABCDEF" })], cancellation);
        });
    }

    private static Contact Of(int i, DateTimeOffset now) => new()
    {
        Id = ContactKeys.NewId(Ids.NewUlid(now)), Name = string.Create(CultureInfo.InvariantCulture, $"联系人 {i}"), Phones = [$"+86131{i:D8}"], Emails = [$"user1.{i}@example.cn"], Tags = i % FewEach == 0 ? ["导入", "bench", Few] : ["导入", "bench"],
        Attributes = new Dictionary<string, JsonElement> { ["城市"] = JsonElement.Parse("\"北京\""), ["plan"] = JsonElement.Parse("\"pro\""), ["seats"] = JsonElement.Parse("7") },
        Locale = "zh-CN", FirstSeenAt = now, CreatedAt = now, UpdatedAt = now,
    };

    /// <summary>All contacts' rows, read by the page and not looked into.</summary>
    private static async Task<double> ScanAsync(IStore store, int contacts)
    {
        var begin = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(ContactKeys.AllBuckets(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (bucket, cancellation) =>
        {
            for (var range = RowRange.Prefix("c|"); ;)
            {
                var page = await store.ReadRangeAsync(Tables.Contacts, bucket, range, Candidates.PageRows, cancellation);
                if (!page.More) break;
                range = range.Behind(page.Rows[^1].Key);
            }
        });
        return contacts / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static async Task<double> BareInsertsAsync(IStore store, int contacts)
    {
        var now = TimeProvider.System.GetUtcNow();
        var ids = Enumerable.Range(0, contacts).Select(_ => ContactKeys.NewId(Ids.NewUlid(now))).GroupBy(id => ContactKeys.BucketOf(id)!).SelectMany(bucket => bucket.Order(StringComparer.Ordinal).Chunk(RecipientsOfTransaction)).ToList();
        var occurrence = PPMessage.Campaigns.Occurrences.OccurrenceIds.Of(Campaign.IdPrefix + Ids.NewUlid(now), "bench", now);
        var begin = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (some, cancellation) =>
            await store.CommitAsync(Tables.Contacts, ContactKeys.BucketOf(some[0])!, [.. some.SelectMany(id => Rows(id, occurrence, now))], cancellation));
        return contacts / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static IEnumerable<RowWrite> Rows(string contactId, string occurrence, DateTimeOffset now)
    {
        var entry = new LedgerEntry { ContactId = contactId, State = RecipientState.Queued, At = now };
        var standing = new Standing { Touches = [new CampaignTouch(now, occurrence)], Receipts = [new CampaignReceipt(PPMessage.Campaigns.Occurrences.OccurrenceIds.CampaignOf(occurrence), 1, now)] };
        yield return RowWrite.Insert(LedgerKeys.Entry(occurrence, contactId), entry, PPMessage.Campaigns.CampaignsJson.Default.LedgerEntry) with { Nonce = "0123456789ABCDEF" };
        yield return RowWrite.Insert(ContactKeys.StandingRow(contactId), standing, ContactsJson.Default.Standing) with { Nonce = "0123456789ABCDEF" };
    }

    /// <summary>From the beginning of an occurrence until every contact was looked at, and who matched is in the queue.</summary>
    private static async Task<(double Rate, double Operations)> RunAsync(ServiceProvider provider, CountedStore counted, string tag, int contacts)
    {
        var now = TimeProvider.System.GetUtcNow();
        var segment = new Segment(Segment.IdPrefix + Ids.NewUlid(now), tag, null, JsonElement.Parse($$"""{"field":"contact.tags","op":"contains","value":"{{tag}}"}"""), now, now);
        await provider.GetRequiredService<SegmentStore>().InsertAsync(segment, default);
        var campaign = new Campaign
        {
            Id = Campaign.IdPrefix + Ids.NewUlid(now), Name = tag, SegmentId = segment.Id, Schedule = new Schedule { Every = Every.Once }, Channels = ["sms"], Status = CampaignStatus.Active,
            Content = new Dictionary<string, ChannelContent> { ["sms"] = new(null, "{{ contact.name }}", null) }, Rules = new CampaignRules { UsualQuietHours = false }, CreatedAt = now, UpdatedAt = now,
        };
        await provider.GetRequiredService<CampaignStore>().InsertAsync(campaign, default);
        var (before, begin) = (counted.Operations, Stopwatch.GetTimestamp());
        var occurrence = await provider.GetRequiredService<Beginning>().OfAsync(campaign, new Due(now.UtcDateTime, "UTC", now), default);
        await PumpAsync(provider, counted, occurrence.Id);
        var elapsed = Stopwatch.GetElapsedTime(begin);
        return (contacts / elapsed.TotalSeconds, (counted.Operations - before) / (double)contacts);
    }

    /// <summary>Works the queue as the pump does, but for chunks: the sender is not measured.</summary>
    private static async Task PumpAsync(ServiceProvider provider, CountedStore counted, string occurrenceId)
    {
        var (runner, shards, running) = (provider.GetRequiredService<WorkRunner>(), provider.GetRequiredService<ShardStore>(), new List<Task>());
        while (true)
        {
            var messages = await counted.Inner.DequeueAsync(Queues.Bulk, AtOnce, TimeSpan.FromHours(6), default);
            foreach (var message in messages.Where(message => WorkMessage.Parse(message.Text)!.Kind != ChunkWorkHandler.Word))
                running.Add(Task.Run(async () =>
                {
                    if (await runner.RunAsync(message.Text, message.DequeueCount, default)) await counted.DeleteAsync(Queues.Bulk, message.Receipt, default);
                }));
            running.RemoveAll(task => task.IsCompletedSuccessfully);
            if (running.Count >= AtOnce || (messages.Count == 0 && running.Count > 0)) await Task.WhenAny(running);
            if (messages.Count == 0 && running.Count == 0 && await IsScannedAsync(shards, occurrenceId)) return;
        }
    }

    private static async Task<bool> IsScannedAsync(ShardStore shards, string occurrenceId)
    {
        foreach (var bucket in ContactKeys.AllBuckets())
            if (!(await shards.ReadAsync(occurrenceId, bucket, default)).Shard.Scanned) return false;
        return true;
    }
}
