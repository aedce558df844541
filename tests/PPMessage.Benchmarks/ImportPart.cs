using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace PPMessage.Benchmarks;

/// <summary>
/// An import of many contacts, whose process is killed in the middle and started again: rows a second, the bare store's rate at the same reads and writes, and
/// the most memory that the app ever had.
/// </summary>
internal static class ImportPart
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(Choice choice)
    {
        await using var place = new EmbeddedPlace();
        var rows = choice.Import;
        Table.Head($"Import of {Table.Number(rows)} new contacts with a phone number and an e-mail address each, embedded store", "what", "rows/s", "storage operations a row", "most memory, MB");
        // The same code and sizes, without what came before: what memory it takes does not depend on how much is imported.
        await MeasureAsync(place, Math.Max(1, rows / 10), 0, "a tenth of it");
        var done = await MeasureAsync(place, rows, 1, "all of it");
        var bare = await place.OnBareStoreAsync(store => BareImport.RunAsync(store, rows));
        Table.Row("bare store, the same writes", Table.Number(bare.Writes), "", "");
        Table.Row("bare store, reads too", Table.Number(bare.All), "", "");
        Console.WriteLine($"\nImport: {Table.Percent(done / bare.All)} of the bare store's same reads and writes, {Table.Percent(done / bare.Writes)} of its writes alone.\n");
        await KilledAsync(place, rows);
    }

    public static byte[] Row(int set, int i) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"name":"联系人 {{i}}","phones":["+861{{30 + set}}{{i:D8}}"],"emails":["user{{set}}.{{i}}@example.cn"],"tags":["导入","vip"],"attributes":{"城市":"北京","plan":"pro","seats":{{i % 50}}},"locale":"zh-CN"}{{"\n"}}"""));

    private static async Task<double> MeasureAsync(EmbeddedPlace place, int rows, int set, string name)
    {
        await using var head = await HeadProcess.StartAsync(place.Settings);
        var before = await head.OperationsAsync();
        var begin = Stopwatch.GetTimestamp();
        var last = await ImportAsync(head, rows, set);
        var rate = rows / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Check(last, rows);
        Table.Row(name, Table.Number(rate), Table.Number((await head.OperationsAsync() - before) / (double)rows, 2), Table.Number(head.PeakMemory / 1e6));
        return rate;
    }

    private static async Task KilledAsync(EmbeddedPlace place, int rows)
    {
        string import;
        long seen;
        await using (var head = await HeadProcess.StartAsync(place.Settings))
        {
            using var cut = new CancellationTokenSource();
            var asked = ImportAsync(head, rows, 2, cut.Token);
            (import, seen) = await WaitAsync(head, null, shown => shown.GetProperty("rows").GetInt64() >= rows / 2);
            head.Kill();
            await cut.CancelAsync();
            await Task.WhenAny(asked);
        }

        await using var again = await HeadProcess.StartAsync(place.Settings);
        await WaitAsync(again, import, shown => shown.GetProperty("state").GetString() == "done");
        Check(await again.Client.GetFromJsonAsync<JsonElement>($"/api/contacts/imports/{import}"), rows);
        Console.WriteLine($"Killed when {Table.Number(seen)} rows were counted, started again: all {Table.Number(rows)} were created and counted once.");
    }

    private static async Task<(string Import, long Rows)> WaitAsync(HeadProcess head, string? import, Func<JsonElement, bool> enough)
    {
        while (true)
        {
            var newest = (await head.Client.GetFromJsonAsync<JsonElement>("/api/contacts/imports?limit=1")).GetProperty("items").EnumerateArray().FirstOrDefault();
            var isOurs = newest.ValueKind == JsonValueKind.Object && (import is not null || newest.GetProperty("state").GetString() == "running");
            if (isOurs && enough(newest)) return (newest.GetProperty("id").GetString()!, newest.GetProperty("rows").GetInt64());
            await Task.Delay(BetweenLooks, TimeProvider.System);
        }
    }

    private static void Check(JsonElement ended, int rows)
    {
        if (ended.GetProperty("rows").GetInt64() != rows || ended.GetProperty("created").GetInt64() != rows) throw new InvalidOperationException($"Not all of {rows} rows were created: {ended}");
    }

    /// <summary>The answer's last line.</summary>
    private static async Task<JsonElement> ImportAsync(HeadProcess head, int rows, int set, CancellationToken cancellation = default)
    {
        using var client = new HttpClient { BaseAddress = head.Client.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contacts/import") { Content = new Rows(rows, set) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", HeadProcess.AdminKey);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var lines = new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellation));
        var last = string.Empty;
        while (await lines.ReadLineAsync(cancellation) is { } line) last = line;
        return JsonElement.Parse(last);
    }

    /// <summary>The file, made while it is sent.</summary>
    private sealed class Rows : HttpContent
    {
        private readonly int _rows;
        private readonly int _set;

        public Rows(int rows, int set)
        {
            (_rows, _set) = (rows, set);
            Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffered = new BufferedStream(stream, 64 * 1024);
            for (var i = 0; i < _rows; i++) await buffered.WriteAsync(Row(_set, i));
            await buffered.FlushAsync();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
