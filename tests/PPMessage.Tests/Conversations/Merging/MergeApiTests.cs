using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations.Merging;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Merging;

public sealed class MergeApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly string _phone = Calls.NewPhone();
    private readonly string _other = Calls.NewPhone();

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Addresses_conversations_and_ids_follow_the_contact_that_is_left()
    {
        var (from, into, open, resolved) = await TwoAsync();
        var merged = await MergeAsync(from, into);
        Assert.Equal(200, merged.Status);
        Assert.Equal(into, merged.Id);
        Assert.Equal([_other, _phone], merged.Json.GetProperty("phones").EnumerateArray().Select(phone => phone.GetString()));
        Assert.Equal([from], merged.Json.GetProperty("mergedFrom").EnumerateArray().Select(id => id.GetString()));

        Assert.Equal(into, (await Workspace.GetAsync($"/api/contacts/{from}")).Word("id"));
        Assert.Equal(into, (await Workspace.ListAsync($"/api/contacts?address={Uri.EscapeDataString(_phone)}"))[0].Word("id"));
        foreach (var id in new[] { open, resolved })
        {
            Assert.Equal(into, (await Workspace.GetAsync($"/api/conversations/{id}")).Word("contactId"));
            Assert.All(await Workspace.ListAsync($"/api/conversations?status=all&q={_phone[1..]}"), listed => Assert.Equal(into, listed.Word("contactId")));
        }

        Assert.Equal([open, resolved], (await Workspace.ListAsync($"/api/conversations?status=all&contact={from}")).Select(listed => listed.Word("id")));
        Assert.DoesNotContain(await Workspace.ListAsync("/api/contacts"), contact => contact.Word("id") == from);
    }

    [Fact]
    public async Task Whatever_goes_wrong_once_it_is_decided_the_queue_does_the_rest()
    {
        var (from, into, open, _) = await TwoAsync();
        Workspace.Suffer(new FaultPlan { Meanwhile = call => Assert.False(call.StartsWith("commit Threads", StringComparison.Ordinal)) });
        var called = await MergeAsync(from, into);
        Workspace.Suffer(null);
        Assert.Equal((202, $"/api/contacts/{into}"), (called.Status, called.Location?.ToString()));
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(into, (await Workspace.GetAsync($"/api/conversations/{open}")).Word("contactId"));
    }

    [Fact]
    public async Task All_that_was_ever_resolved_follows_page_by_page()
    {
        var from = string.Empty;
        for (var i = 0; i < 45; i++)
        {
            await Workspace.TextAsync(_phone, $"Nr. {i}");
            Workspace.Time.Advance(TimeSpan.FromSeconds(1));
            var open = (await Workspace.ListAsync($"/api/conversations?status=open&q={Uri.EscapeDataString(_phone)}"))[0];
            from = open.Word("contactId");
            await Workspace.CallAsync("PATCH", $"/api/conversations/{open.Word("id")}", new { status = "resolved" });
        }

        var into = (await Workspace.CallAsync("POST", "/api/contacts", new { phones = new[] { _other } })).Id;
        Assert.Equal(200, (await MergeAsync(from, into)).Status);
        var listed = await Workspace.ListAsync($"/api/conversations?status=all&contact={into}");
        Assert.Equal(45, listed.Count);
        Assert.All(listed, one => Assert.Equal(into, one.Word("contactId")));
        foreach (var one in listed.Where((_, i) => i % 11 == 0)) Assert.Equal(into, (await Workspace.GetAsync($"/api/conversations/{one.Word("id")}")).Word("contactId"));
    }

    [Fact]
    public async Task Who_writes_from_a_merged_number_is_the_contact_that_is_left()
    {
        var (from, into, open, _) = await TwoAsync();
        await MergeAsync(from, into);
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(open, await Workspace.OpenAsync(_phone, "还是我"));
        Assert.Equal(into, (await Workspace.GetAsync($"/api/conversations/{open}")).Word("contactId"));

        await Workspace.CallAsync("PATCH", $"/api/contacts/{into}", new { name = "王芳" });
        await Workspace.DrainAsync();
        Assert.Equal("王芳", (await Workspace.GetAsync($"/api/conversations/{open}")).Word("contactName"));
    }

    [Fact]
    public async Task Asked_again_nothing_changes_and_asked_for_another_it_is_refused()
    {
        var (from, into, _, _) = await TwoAsync();
        var first = await MergeAsync(from, into);
        var again = await MergeAsync(from, into);
        Assert.Equal((200, first.ETag), (again.Status, again.ETag));

        var third = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "third" })).Id;
        var other = await MergeAsync(from, third);
        Assert.Equal(409, other.Status);
        Assert.Contains(into, other.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_of_merges_ends_at_one_contact()
    {
        var (from, into, open, _) = await TwoAsync();
        var last = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "最后" })).Id;
        await MergeAsync(into, last);
        await MergeAsync(from, into);
        Assert.Equal(last, (await Workspace.GetAsync($"/api/contacts/{from}")).Word("id"));
        Assert.Equal(last, (await Workspace.GetAsync($"/api/conversations/{open}")).Word("contactId"));
        await Workspace.PassAsync(Merge.Afterwards + TimeSpan.FromMinutes(1));
        Assert.Equal(last, (await Workspace.GetAsync($"/api/contacts/{from}")).Word("id"));
        Assert.Equal([from, into], (await Workspace.GetAsync($"/api/contacts/{last}")).GetProperty("mergedFrom").EnumerateArray().Select(id => id.GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_who_are_merged_into_each_other_at_the_same_time_are_one()
    {
        var (from, into, open, _) = await TwoAsync();
        var (contacts, merge) = (Workspace.Services.GetRequiredService<ContactStore>(), Workspace.Services.GetRequiredService<Merge>());
        foreach (var (one, other) in new[] { (from, into), (into, from) })
        {
            var row = (await contacts.RowAsync(one, default))!.Value;
            await contacts.ReplaceAsync(row.Contact with { MergedInto = other }, row.ETag, default);
            await merge.PutAsync(one, TimeSpan.Zero, default);
        }

        await Workspace.DrainAsync();
        var left = string.CompareOrdinal(from, into) < 0 ? from : into;
        foreach (var id in new[] { from, into })
        {
            var shown = await Workspace.GetAsync($"/api/contacts/{id}");
            Assert.Equal((left, 2), (shown.Word("id"), shown.GetProperty("phones").GetArrayLength()));
        }

        Assert.Equal(left, (await Workspace.GetAsync($"/api/conversations/{open}")).Word("contactId"));
    }

    [Fact]
    public async Task Mistakes_are_named()
    {
        var (from, into, _, _) = await TwoAsync();
        Assert.Contains("very contact", (await MergeAsync(from, from)).Problem, StringComparison.Ordinal);
        Assert.Contains("no such contact", (await MergeAsync(from, "ct_nobody")).Problem, StringComparison.Ordinal);
        Assert.Equal(404, (await MergeAsync("ct_nobody", into)).Status);
        Assert.Contains("into", (await Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { })).Problem, StringComparison.Ordinal);
        Assert.Equal(412, (await Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { into }, ifMatch: "\"99\"")).Status);
        Assert.Equal(409, (await Workspace.CallAsync("PATCH", $"/api/contacts/{into}", new { phones = new[] { _phone } })).Status);
        await MergeAsync(from, into);
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{into}", new { phones = new[] { _phone } })).Status);
    }

    private Task<Called> MergeAsync(string from, string into) => Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { into });

    /// <summary>Somebody who has written from one number and is to become part of somebody known by another.</summary>
    private async Task<(string From, string Into, string Open, string Resolved)> TwoAsync()
    {
        var resolved = await Workspace.OpenAsync(_phone, "第一次");
        await Workspace.CallAsync("PATCH", $"/api/conversations/{resolved}", new { status = "resolved" });
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var open = await Workspace.OpenAsync(_phone, "第二次");
        var from = (await Workspace.GetAsync($"/api/conversations/{open}")).Word("contactId");
        var into = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "Fang", phones = new[] { _other } })).Id;
        return (from, into, open, resolved);
    }
}
