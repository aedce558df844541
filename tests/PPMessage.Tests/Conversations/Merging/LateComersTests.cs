using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Conversations.Merging;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Merging;

public sealed class LateComersTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly string _phone = Calls.NewPhone();

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Who_wrote_after_an_erasure_that_another_machine_had_not_heard_of_becomes_somebody_new()
    {
        var (conversation, erased) = await BegunAsync(late: true);
        await FollowAsync(erased, conversation);
        var fresh = (await Workspace.GetAsync($"/api/conversations/{conversation}")).Word("contactId");
        Assert.Equal(ContactKeys.NewId(ThreadKeys.Conversation(conversation)!.Value.Ulid), fresh);
        Assert.Equal(fresh, Assert.Single(await Workspace.ListAsync($"/api/contacts?address={Uri.EscapeDataString(_phone)}")).Word("id"));
        Assert.Equal(conversation, Assert.Single(await Workspace.ListAsync($"/api/conversations?contact={fresh}")).Word("id"));
        // A second time nothing changes.
        await FollowAsync(erased, conversation);
        Assert.Equal(fresh, (await Workspace.GetAsync($"/api/conversations/{conversation}")).Word("contactId"));
    }

    [Fact]
    public async Task What_was_said_before_the_erasure_stays_with_what_is_erased()
    {
        var (conversation, erased) = await BegunAsync(late: false);
        await FollowAsync(erased, conversation);
        Assert.Equal(erased.Id, (await Workspace.GetAsync($"/api/conversations/{conversation}")).Word("contactId"));
    }

    private async Task<(string Conversation, Contact Erased)> BegunAsync(bool late)
    {
        var before = Workspace.Time.GetUtcNow();
        await Workspace.PostAsync("/api/contacts", new { name = "秘密", phones = new[] { _phone } });
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var conversation = await Workspace.OpenAsync(_phone);
        var contacts = Workspace.Services.GetRequiredService<ContactStore>();
        var (contact, etag) = (await contacts.FindAsync((await Workspace.GetAsync($"/api/conversations/{conversation}")).Word("contactId"), default))!.Value;
        var erased = contact with { ErasedAt = late ? before : Workspace.Time.GetUtcNow() };
        Assert.True(await contacts.ReplaceAsync(erased, etag, default));
        return (conversation, erased);
    }

    private Task FollowAsync(Contact erased, string conversation) =>
        Workspace.Services.GetRequiredService<LateComers>().FollowAsync(erased, erased with { ErasedAt = null }, conversation, default);
}
