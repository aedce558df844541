using System.Net.Http.Headers;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts.Bulk;

/// <summary>Alone: what it measures is the whole process's memory.</summary>
[Collection<RunsAlone>]
public sealed class ImportMemoryTests
{
    private const int Rows = 100_000;

    [Fact]
    public async Task A_long_import_takes_no_more_memory_than_a_chunk_of_it()
    {
        await using var workspace = await Workspace.StartAsync(settings: new Dictionary<string, string?> { ["PPMessage:Imports:ChunkRows"] = "2000" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contacts/import") { Content = new StreamContent(new GeneratedRows(Rows)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Importing.Lines);
        using var taken = await workspace.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        taken.EnsureSuccessStatusCode();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var done = Task.Run(workspace.DrainAsync);
        while (await Task.WhenAny(done, Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System)) != done) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        await done;
        var import = Assert.Single(await workspace.ListAsync("/api/contacts/imports"));
        Assert.Equal(("done", Rows), (import.Word("state"), import.GetProperty("created").GetInt32()));
        // 100,000 contacts are more than 100 MB of objects.
        Assert.InRange(most, 1, 40_000_000);
    }
}
