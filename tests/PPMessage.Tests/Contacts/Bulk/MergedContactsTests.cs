using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts.Bulk;

public sealed class MergedContactsTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task The_id_of_a_merged_contact_imports_into_the_one_that_is_left_and_is_not_exported()
    {
        var (phone, mailbox) = (Calls.NewPhone(), MailWorkspace.NewMailbox());
        var from = (await Workspace.CallAsync("POST", "/api/contacts", new { phones = new[] { phone } })).Id;
        var into = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "王芳", emails = new[] { mailbox } })).Id;
        await Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { into });

        var told = await Workspace.ImportAsync($$"""
            {"id":"{{from}}","emails":["{{mailbox}}"],"tags":["老客户"]}
            {"phones":["{{phone}}"],"locale":"zh-CN"}
            """);
        Assert.Equal((2, 0, 2, 0, 0), told.Counts);
        var contact = await Workspace.GetAsync($"/api/contacts/{into}");
        Assert.Equal(("zh-CN", "老客户"), (contact.Word("locale"), contact.GetProperty("tags")[0].GetString()));

        var exported = await Workspace.Client.GetStringAsync("/api/contacts/export");
        Assert.Contains(into, exported, StringComparison.Ordinal);
        Assert.DoesNotContain(from, exported, StringComparison.Ordinal);
    }
}
