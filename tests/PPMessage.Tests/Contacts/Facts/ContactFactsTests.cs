using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Conversations.Merging;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts.Facts;

public sealed class ContactFactsTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly string _phone = Calls.NewPhone();

    private Workspace Workspace => shared.Workspace;

    private ContactFacts Facts => Workspace.Services.GetRequiredService<ContactFacts>();

    [Fact]
    public async Task When_a_contact_wrote_is_noted_with_its_first_message_and_once_an_hour()
    {
        NextHour();
        var first = Workspace.Time.GetUtcNow();
        var contact = await WriteAsync("你好");
        Assert.Equal(new SeenFact(first, "sms"), (await KnownAsync(contact)).Seen);
        await WriteAsync("还在吗？");
        Assert.Equal(first, (await KnownAsync(contact)).Seen!.At);
        NextHour();
        var next = Workspace.Time.GetUtcNow();
        await WriteAsync("一个小时以后");
        Assert.Equal(next, (await KnownAsync(contact)).Seen!.At);
    }

    [Fact]
    public async Task Who_was_entered_before_it_wrote_is_seen_with_its_first_message()
    {
        var contact = (await Workspace.PostAsync("/api/contacts", new { name = "李薇", phones = new[] { _phone } })).Word("id");
        Assert.Null((await KnownAsync(contact)).Seen);
        var at = Workspace.Time.GetUtcNow();
        Assert.Equal(contact, await WriteAsync("你好"));
        Assert.Equal(at, (await KnownAsync(contact)).Seen!.At);
    }

    [Fact]
    public async Task A_duplicate_notes_what_the_first_delivery_died_before()
    {
        NextHour();
        await WriteAsync("你好");
        NextHour();
        var (at, written) = (Workspace.Time.GetUtcNow(), false);
        Workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (written && call.StartsWith("commit Contacts", StringComparison.Ordinal)) throw new StoreException("gone");
                written |= call.StartsWith("commit Threads", StringComparison.Ordinal);
            },
        });
        await Workspace.TextAsync(_phone, "再来一次");
        Workspace.Suffer(null);
        var contact = (await Workspace.OfPhoneAsync(_phone))[0].Word("contactId");
        Assert.NotEqual(at, (await KnownAsync(contact)).Seen!.At);
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(at, (await KnownAsync(contact)).Seen!.At);
    }

    [Fact]
    public async Task What_comes_late_puts_nothing_back()
    {
        NextHour();
        var (at, contact) = (Workspace.Time.GetUtcNow(), await WriteAsync("你好"));
        await Facts.SeenAsync(contact, new SeenFact(at.AddHours(-3), "email"), default);
        Assert.Equal(at, (await KnownAsync(contact)).Seen!.At);
        NextHour();
        await Facts.SeenAsync(contact, new SeenFact(at.AddSeconds(5), "email"), default);
        Assert.Equal(new SeenFact(at.AddSeconds(5), "email"), (await KnownAsync(contact)).Seen);
    }

    [Fact]
    public async Task A_stop_and_a_start_are_noted_and_since_when()
    {
        var contact = await WriteAsync("你好");
        Assert.Null((await KnownAsync(contact)).Consent("sms"));
        var at = Workspace.Time.GetUtcNow();
        await WriteAsync("退订");
        Assert.Equal(new ConsentFact(at, true), (await KnownAsync(contact)).Consent("sms"));
        var later = Workspace.Time.GetUtcNow();
        await WriteAsync("START");
        Assert.Equal(new ConsentFact(later, false), (await KnownAsync(contact)).Consent("sms"));
        await Facts.ConsentAsync(contact, "sms", new ConsentFact(at, true), default);
        Assert.False((await KnownAsync(contact)).Consent("sms")!.Stopped);
    }

    [Fact]
    public async Task A_stop_that_an_agent_notes_before_anything_was_said_is_the_owners_and_the_next_ones_who_writes()
    {
        var owner = (await Workspace.PostAsync("/api/contacts", new { name = "李薇", phones = new[] { _phone } })).Word("id");
        await StopAsync(_phone);
        Assert.True((await KnownAsync(owner)).Consent("sms")!.Stopped);
        var stranger = Calls.NewPhone();
        await StopAsync(stranger);
        await Workspace.OpenAsync(stranger);
        var contact = (await Workspace.OfPhoneAsync(stranger))[0].Word("contactId");
        Assert.True((await KnownAsync(contact)).Consent("sms")!.Stopped);
    }

    [Fact]
    public async Task A_reaction_to_a_campaign_keeps_its_first_time()
    {
        var (contact, at) = (await WriteAsync("你好"), Workspace.Time.GetUtcNow());
        await Facts.CampaignAsync(contact, "cp_1", CampaignReaction.Clicked, at, default);
        await Facts.CampaignAsync(contact, "cp_1", CampaignReaction.Clicked, at.AddDays(1), default);
        await Facts.CampaignAsync(contact, "cp_2", CampaignReaction.Answered, at, default);
        var known = await KnownAsync(contact);
        Assert.Equal(["cp_1"], known.Campaigns(CampaignReaction.Clicked));
        Assert.Equal(["cp_2"], known.Campaigns(CampaignReaction.Answered));
        Assert.Empty(known.Campaigns(CampaignReaction.Opened));
        Assert.Equal(at, (await RowsAsync(contact, "f|")).Single(row => row.Key.EndsWith("|cp_1|clicked", StringComparison.Ordinal)).As(ContactsJson.Default.Fact).At);
    }

    [Fact]
    public async Task Of_two_who_become_one_the_later_facts_count_and_the_first_reactions_and_receipts_are_summed_once()
    {
        var (from, at) = (await WriteAsync("退订"), Workspace.Time.GetUtcNow());
        var into = (await Workspace.PostAsync("/api/contacts", new { name = "Fang" })).Word("id");
        await Facts.ConsentAsync(into, "sms", new ConsentFact(at.AddDays(-1), false), default);
        await Facts.CampaignAsync(from, "cp_1", CampaignReaction.Opened, at, default);
        await Facts.CampaignAsync(into, "cp_1", CampaignReaction.Opened, at.AddDays(1), default);
        foreach (var contact in new[] { from, into }) await GrantAsync(contact, new CampaignReceipt("cp_1", 1, at));

        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { into })).Status);
        Assert.Equal(2, (await StandingAsync(into)).Receipts.Single().Times);
        await Workspace.PassAsync(Merge.Afterwards + TimeSpan.FromMinutes(1));
        Assert.Empty(await RowsAsync(from, "f|"));
        Assert.Empty(await RowsAsync(from, "s|"));
        var known = await KnownAsync(into);
        Assert.True(known.Consent("sms")!.Stopped);
        Assert.NotNull(known.Seen);
        Assert.Equal(at, (await RowsAsync(into, "f|")).Single(row => row.Key.EndsWith("|cp_1|opened", StringComparison.Ordinal)).As(ContactsJson.Default.Fact).At);
        var standing = await StandingAsync(into);
        Assert.Equal((2, null), (standing.Receipts.Single().Times, standing.Taken));
    }

    [Fact]
    public async Task Nothing_is_left_of_an_erased_contact()
    {
        var contact = await WriteAsync("STOP");
        await GrantAsync(contact, new CampaignReceipt("cp_1", 1, Workspace.Time.GetUtcNow()));
        Assert.Equal(2, (await RowsAsync(contact, "f|")).Count);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}")).Status);
        Assert.Empty(await RowsAsync(contact, "f|"));
        Assert.Empty(await RowsAsync(contact, "s|"));
    }

    private async Task<string> WriteAsync(string text) => (await Workspace.GetAsync($"/api/conversations/{await Workspace.OpenAsync(_phone, text)}")).Word("contactId");

    private Task<Called> StopAsync(string phone) => Workspace.CallAsync("POST", "/api/suppressions", new { address = phone, channelId = Workspace.ChannelId, reason = "manual" });

    private void NextHour() => Workspace.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(Workspace.Time.GetUtcNow().Ticks % TimeSpan.TicksPerHour));

    private async Task<KnownFacts> KnownAsync(string contact) => KnownFacts.Of(contact, await RowsAsync(contact, "f|"));

    private Task<IReadOnlyList<Row>> RowsAsync(string contact, string family) =>
        Workspace.Store.ReadAllAsync(Tables.Contacts, ContactKeys.BucketOf(contact)!, RowRange.Prefix(family + contact), default);

    private async Task<Standing> StandingAsync(string contact) => (await RowsAsync(contact, "s|")).Single().As(ContactsJson.Default.Standing);

    private Task GrantAsync(string contact, CampaignReceipt receipt) => Workspace.Store.CommitAsync(
        Tables.Contacts, ContactKeys.BucketOf(contact)!, [RowWrite.Put(ContactKeys.StandingRow(contact), new Standing { Receipts = [receipt] }, ContactsJson.Default.Standing)], default);
}
