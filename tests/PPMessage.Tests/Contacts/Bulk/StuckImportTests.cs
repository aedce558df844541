using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts.Bulk;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;
using static PPMessage.Tests.Contacts.Bulk.Importing;

namespace PPMessage.Tests.Contacts.Bulk;

public sealed class StuckImportTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private int _hasCome;

    private Workspace Workspace => shared.Workspace;

    private ImportStore Imports => Workspace.Services.GetRequiredService<ImportStore>();

    [Fact]
    public async Task An_import_whose_work_is_given_up_has_failed_until_the_letter_is_replayed()
    {
        var phone = Calls.NewPhone();
        Workspace.Suffer(new FaultPlan { Meanwhile = call => ThrowAt(call, "commit Contacts") });
        var asked = Workspace.AskAsync(Encoding.UTF8.GetBytes($$"""{"phones":["{{phone}}"]}"""), Lines);
        var id = await FirstIdAsync();
        await Workspace.PassAsync(TimeSpan.FromMinutes(4));
        Workspace.Suffer(null);
        var failed = await Workspace.GetAsync($"/api/contacts/imports/{id}");
        Assert.Equal("failed", failed.Word("state"));
        Assert.Contains("not today", failed.Word("failure"), StringComparison.Ordinal);
        var told = await Workspace.FinishAsync(asked);
        Assert.Equal((false, "failed"), (told.Last.GetProperty("done").GetBoolean(), told.Last.Word("state")));

        var letter = (await Workspace.ListAsync("/api/dead-letters")).First(one => one.Word("kind") == "import");
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/dead-letters/{letter.Word("id")}/replay")).Status);
        await Workspace.DrainAsync();
        var done = await Workspace.GetAsync($"/api/contacts/imports/{id}");
        Assert.Equal(("done", 1, false), (done.Word("state"), done.GetProperty("created").GetInt32(), done.TryGetProperty("failure", out _)));
    }

    [Fact]
    public async Task An_import_whose_file_is_gone_can_be_cancelled()
    {
        var job = await InsertAsync();
        Assert.Equal("cancelling", (await Workspace.CallAsync("POST", $"/api/contacts/imports/{job.Id}/cancel")).Text("state"));
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("cancelled", (await Workspace.GetAsync($"/api/contacts/imports/{job.Id}")).Word("state"));
    }

    [Fact]
    public async Task One_that_failed_can_be_cancelled()
    {
        var job = await InsertAsync();
        await Workspace.Services.GetRequiredService<ImportWorkHandler>().PutAsync(job.Id, TimeSpan.Zero, default);
        await Workspace.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal("failed", (await Workspace.GetAsync($"/api/contacts/imports/{job.Id}")).Word("state"));
        Assert.Equal("cancelling", (await Workspace.CallAsync("POST", $"/api/contacts/imports/{job.Id}/cancel")).Text("state"));
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("cancelled", (await Workspace.GetAsync($"/api/contacts/imports/{job.Id}")).Word("state"));
    }

    [Fact]
    public async Task With_an_import_that_never_ended_goes_its_file()
    {
        var job = await InsertAsync();
        using (var content = new MemoryStream("{}"u8.ToArray())) await Workspace.Store.WriteBlobAsync(Containers.Imports, job.Blob, content, "text/plain", default);
        await Imports.CleanUpAsync(Workspace.Time.GetUtcNow().AddSeconds(1), Workspace.Time.GetUtcNow(), default);
        Assert.Null(await Imports.FindAsync(job.Id, default));
        Assert.Null(await Workspace.Store.OpenBlobAsync(Containers.Imports, job.Blob, default));
    }

    [Fact]
    public async Task A_row_that_was_refused_first_and_is_taken_in_the_repeat_is_not_told_as_refused()
    {
        var (one, two) = (Calls.NewPhone(), Calls.NewPhone());
        await Workspace.PostAsync("/api/contacts", new { phones = new[] { one } });
        var other = (await Workspace.PostAsync("/api/contacts", new { phones = new[] { two } })).Word("id");
        var isRefused = 0;
        Workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (call.StartsWith("commit Imports r|", StringComparison.Ordinal)) isRefused = 1;
                else if (call.StartsWith("commit Imports", StringComparison.Ordinal) && Interlocked.Exchange(ref isRefused, 0) == 1) throw new StoreException("Once.");
            },
        });
        var asked = Workspace.AskAsync(Encoding.UTF8.GetBytes($$"""{"phones":["{{one}}","{{two}}"]}"""), Lines);
        var id = await FirstIdAsync();
        await Workspace.DrainAsync();
        Workspace.Suffer(null);
        Assert.Single(await Workspace.ListAsync($"/api/contacts/imports/{id}/refused"));
        await Workspace.CallAsync("PATCH", $"/api/contacts/{other}", new { phones = Array.Empty<string>() });
        Workspace.Time.Advance(TimeSpan.FromMinutes(2));
        var told = await Workspace.FinishAsync(asked);
        Assert.Equal((1, 0, 1, 0, 0), told.Counts);
        Assert.Empty(told.Refused);
        Assert.DoesNotContain(told.Lines, line => line.TryGetProperty("refused", out var row) && row.ValueKind == JsonValueKind.Object);
        Assert.Empty(await Workspace.ListAsync($"/api/contacts/imports/{id}/refused"));
    }

    [Fact]
    public async Task An_import_whose_work_came_before_the_slow_store_had_taken_it_is_worked_all_the_same()
    {
        var phone = Calls.NewPhone();
        Workspace.Suffer(new FaultPlan { Meanwhile = call => LetWorkComeAt(call, "commit Imports") });
        var told = await Workspace.ImportAsync($$"""{"phones":["{{phone}}"]}""");
        Workspace.Suffer(null);
        Assert.Equal((1, 1, 0, 0, 0), told.Counts);
    }

    private void LetWorkComeAt(string call, string what)
    {
        if (!call.StartsWith(what, StringComparison.Ordinal) || Interlocked.Exchange(ref _hasCome, 1) == 1) return;
        Workspace.Time.Advance(TimeSpan.FromMinutes(2));
        Workspace.DrainAsync().GetAwaiter().GetResult();
    }

    private static void ThrowAt(string call, string what)
    {
        if (call.StartsWith(what, StringComparison.Ordinal)) throw new StoreException("not today");
    }

    private async Task<ImportJob> InsertAsync()
    {
        var (now, id) = (Workspace.Time.GetUtcNow(), ImportStore.IdPrefix + Ids.NewUlid(Workspace.Time.GetUtcNow()));
        return await Imports.InsertAsync(new ImportJob { Id = id, CreatedAt = now, By = "test", Blob = $"{id}/x", BodyHash = "x", TotalBytes = 2 }, default);
    }

    /// <summary>Of the import that is asked for just now.</summary>
    private async Task<string> FirstIdAsync()
    {
        for (var i = 0; i < 500; i++)
        {
            if ((await Workspace.ListAsync("/api/contacts/imports")).FirstOrDefault(import => import.Word("state") == "running" && import.Word("by") != "test") is { ValueKind: JsonValueKind.Object } found) return found.Word("id");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        throw new TimeoutException("No import has begun.");
    }
}
