using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts.Bulk;

/// <summary>What an import told.</summary>
internal sealed record Told(int Status, IReadOnlyList<JsonElement> Lines, string Text)
{
    public string Import => Lines[0].GetProperty("import").GetString()!;

    public JsonElement Last => Lines[^1];

    /// <summary>Rows, created, updated, unchanged, refused.</summary>
    public (int, int, int, int, int) Counts => (Number("rows"), Number("created"), Number("updated"), Number("unchanged"), Number("refused"));

    public IReadOnlyList<(int Row, string Field, string Reason)> Refused =>
        [.. Last.GetProperty("refusedRows").EnumerateArray().Select(row => (row.GetProperty("row").GetInt32(), row.GetProperty("field").GetString()!, row.GetProperty("reason").GetString()!))];

    private int Number(string name) => Last.GetProperty(name).GetInt32();
}

/// <summary>What the tests of imports do again and again.</summary>
internal static class Importing
{
    public const string Lines = "application/x-ndjson";
    public const string Table = "text/csv";

    // Just before an HTTP client of the tests would give up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(55);

    public static Task<Told> ImportAsync(this Workspace workspace, string text, string type = Lines, string query = "", string? key = null) =>
        workspace.ImportAsync(Encoding.UTF8.GetBytes(text), type, query, key);

    public static Task<Told> ImportAsync(this Workspace workspace, byte[] body, string type, string query = "", string? key = null) =>
        workspace.FinishAsync(workspace.AskAsync(body, type, query, key));

    /// <summary>Lets the queue and the clock go on until an import has ended.</summary>
    public static async Task<Told> FinishAsync(this Workspace workspace, Task<Told> asked)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); !asked.IsCompleted;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, $"The import had not ended after {Patience.TotalSeconds} s.");
            await workspace.DrainAsync();
            workspace.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(asked, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        return await asked;
    }

    public static async Task<Told> AskAsync(this Workspace workspace, byte[] body, string type, string query = "", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contacts/import" + query) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await workspace.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var lines = answer.IsSuccessStatusCode ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList() : [];
        return new((int)answer.StatusCode, lines, text);
    }

    /// <summary>The one contact with this address or external id.</summary>
    public static async Task<JsonElement> ContactAsync(this Workspace workspace, string query) => (await workspace.ListAsync($"/api/contacts?{query}")).Single();

    public static string Phone(string phone) => $"address={Uri.EscapeDataString(phone)}";
}
