using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class NamingTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    [Fact]
    public async Task A_contact_that_gets_a_name_is_shown_by_it_in_its_open_and_its_next_conversations()
    {
        var workspace = shared.Workspace;
        var phone = Calls.NewPhone();
        var first = await workspace.OpenAsync(phone, "谁在？");
        var before = await workspace.GetAsync($"/api/conversations/{first}");
        var contact = before.GetProperty("contactId").GetString();
        Assert.Null(before.GetProperty("contactName").GetString());

        await workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { name = "王芳" });
        await workspace.DrainAsync();

        Assert.Equal("王芳", (await workspace.GetAsync($"/api/conversations/{first}")).GetProperty("contactName").GetString());
        Assert.Contains(await workspace.ListAsync("/api/conversations?q=王芳"), item => item.GetProperty("id").GetString() == first);

        await workspace.CallAsync("PATCH", $"/api/conversations/{first}", new { status = "resolved" });
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await workspace.OpenAsync(phone, "又是我");
        Assert.NotEqual(first, second);
        Assert.Equal("王芳", (await workspace.GetAsync($"/api/conversations/{second}")).GetProperty("contactName").GetString());
    }
}
