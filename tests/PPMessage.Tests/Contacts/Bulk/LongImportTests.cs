using System.Net.Http.Headers;
using System.Text;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Contacts.Bulk;

public sealed class LongImportTests
{
    private static readonly Dictionary<string, string?> SmallChunks = new() { ["PPMessage:Imports:ChunkRows"] = "3" };

    [Fact]
    public async Task An_import_goes_on_when_its_client_goes_away()
    {
        await using var workspace = await Workspace.StartAsync(settings: SmallChunks);
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/api/contacts/import") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(File(20))) })
        {
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Importing.Lines);
            using var taken = await workspace.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("running", Assert.Single(await workspace.ListAsync("/api/contacts/imports")).Word("state"));
        }

        await workspace.DrainAsync();
        var import = Assert.Single(await workspace.ListAsync("/api/contacts/imports"));
        Assert.Equal(("done", 20), (import.Word("state"), import.GetProperty("created").GetInt32()));
    }

    [Fact]
    public async Task A_cancelled_import_keeps_what_it_has_taken_and_takes_no_more()
    {
        await using var workspace = await Workspace.StartAsync(settings: SmallChunks);
        var asked = workspace.AskAsync(Encoding.UTF8.GetBytes(File(20)), Importing.Lines);
        var id = await IdAsync(workspace);
        var commits = 0;
        workspace.Suffer(new FaultPlan
        {
            // In the middle of the second chunk.
            Meanwhile = call =>
            {
                if (call.StartsWith("commit Contacts", StringComparison.Ordinal) && Interlocked.Increment(ref commits) == 4)
                    Assert.Equal(200, Task.Run(() => workspace.CallAsync("POST", $"/api/contacts/imports/{id}/cancel")).GetAwaiter().GetResult().Status);
            },
        });
        var told = await workspace.FinishAsync(asked);
        workspace.Suffer(null);
        Assert.Equal(("cancelled", false), (told.Last.Word("state"), told.Last.GetProperty("done").GetBoolean()));
        Assert.Equal(6, told.Last.GetProperty("created").GetInt32());
        Assert.Equal(6, (await workspace.ListAsync("/api/contacts")).Count);
        Assert.Equal("cancelled", (await workspace.CallAsync("POST", $"/api/contacts/imports/{id}/cancel")).Text("state"));
        Assert.Equal(404, (await workspace.CallAsync("POST", "/api/contacts/imports/imp_0/cancel")).Status);
    }

    [Fact]
    public async Task A_contact_that_others_make_or_change_meanwhile_is_merged_and_nothing_is_lost()
    {
        await using var workspace = await Workspace.StartAsync();
        var known = await workspace.PostAsync("/api/contacts", new { name = "旧", phones = new[] { "+8613700000001" } });
        const string file = """
            {"name":"导","phones":["+8613700000001"],"attributes":{"a":1}}
            {"name":"新","phones":["+8613700000002","+8613700000003"]}
            """;
        var asked = workspace.AskAsync(Encoding.UTF8.GetBytes(file), Importing.Lines);
        await IdAsync(workspace);
        var isDone = 0;
        workspace.Suffer(new FaultPlan
        {
            // Everything was read, and nothing is written yet.
            Meanwhile = call =>
            {
                if (!call.StartsWith("commit Imports", StringComparison.Ordinal) || Interlocked.Exchange(ref isDone, 1) == 1) return;
                Task.Run(async () =>
                {
                    await workspace.CallAsync("PATCH", $"/api/contacts/{known.Word("id")}", new { tags = new[] { "他" } });
                    await workspace.PostAsync("/api/contacts", new { name = "他人", phones = new[] { "+8613700000003" }, tags = new[] { "他" } });
                }).GetAwaiter().GetResult();
            },
        });
        var told = await workspace.FinishAsync(asked);
        workspace.Suffer(null);
        Assert.True((2, 0, 2, 0, 0) == told.Counts, told.Text);
        var contacts = (await workspace.ListAsync("/api/contacts")).Select(contact => $"{contact.Word("name")} {contact.GetProperty("phones")} {contact.GetProperty("tags")} {contact.GetProperty("attributes")}").Order(StringComparer.Ordinal);
        Assert.Equal(["导 [\"+8613700000001\"] [\"他\"] {\"a\":1}", "新 [\"+8613700000003\",\"+8613700000002\"] [\"他\"] {}"], contacts);
        Assert.Equal("新", (await workspace.ContactAsync(Importing.Phone("+8613700000002"))).Word("name"));
    }

    [Fact]
    public async Task What_an_import_left_is_forgotten_after_90_days()
    {
        await using var workspace = await Workspace.StartAsync();
        var told = await workspace.ImportAsync("""{"name":"无"}""", key: "old");
        Assert.Null(await workspace.Store.OpenBlobAsync(Containers.Imports, told.Import, default));
        var housekeeping = workspace.Services.GetService(typeof(IEnumerable<ITimerJob>)) as IEnumerable<ITimerJob>;
        workspace.Time.Advance(TimeSpan.FromDays(89));
        await housekeeping!.Single(job => job.Name == "Housekeeping").RunAsync(default);
        Assert.Single(await workspace.ListAsync("/api/contacts/imports"));
        Assert.Single(await workspace.ListAsync($"/api/contacts/imports/{told.Import}/refused"));
        workspace.Time.Advance(TimeSpan.FromDays(2));
        await housekeeping!.Single(job => job.Name == "Housekeeping").RunAsync(default);
        Assert.Empty(await workspace.ListAsync("/api/contacts/imports"));
        Assert.Empty((await workspace.Store.ReadRangeAsync(Tables.Imports, told.Import, RowRange.All, 10, default)).Rows);
        Assert.Equal(404, (await workspace.CallAsync("GET", $"/api/contacts/imports/{told.Import}")).Status);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_whether_it_says_so_or_not()
    {
        await using var workspace = await Workspace.StartAsync(settings: new Dictionary<string, string?> { ["PPMessage:Imports:LargestBytes"] = "1000" });
        Assert.Equal(413, await InsistAsync(async () => (await workspace.ImportAsync(File(100))).Status));
        Assert.Equal(413, await InsistAsync(() => StreamAsync(workspace.Client)));
        Assert.Empty(await workspace.ListAsync("/api/contacts/imports"));
    }

    private static async Task<int> StreamAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contacts/import") { Content = new StreamContent(new GeneratedRows(100)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Importing.Lines);
        request.Headers.TransferEncodingChunked = true;
        using var refused = await client.SendAsync(request);
        return (int)refused.StatusCode;
    }

    // A server may close the connection behind its refusal; who is still writing then sees that first, sometimes, and not the answer (RFC 9112, 9.6).
    private static async Task<int> InsistAsync(Func<Task<int>> ask)
    {
        for (var tries = 1; ; tries++)
            try
            {
                return await ask();
            }
            catch (HttpRequestException) when (tries < 5)
            {
            }
    }

    private static string File(int rows) => string.Concat(Enumerable.Range(0, rows).Select(i => $"{{\"name\":\"联系人\",\"externalId\":\"x{i}\"}}\n"));

    private static async Task<string> IdAsync(Workspace workspace)
    {
        while (true)
        {
            if ((await workspace.ListAsync("/api/contacts/imports")) is [var import]) return import.Word("id");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
