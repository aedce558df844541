using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations.Erasing;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>
/// A commit takes so long that its work comes to light before it, is nothing to do and ends; and what is to follow the commit fails. It is done all the same.
/// </summary>
public sealed class SlowCommitTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly string _phone = Calls.NewPhone();
    private int _hasCome;

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task An_answer_is_sent_once()
    {
        var id = await Workspace.OpenAsync(_phone);
        await SufferAsync("commit Threads", FaultySender.Send, () => Workspace.SayAsync(id, "answer"));
        Assert.Equal(["answer"], Workspace.Got(_phone));
    }

    [Fact]
    public async Task What_is_sent_again_is_sent_once()
    {
        var id = await Workspace.OpenAsync(_phone);
        Workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003));
        var said = await Workspace.SayAsync(id, "answer");
        await Workspace.TwilioTellsAsync();
        await SufferAsync("commit Threads", FaultySender.Send, () => Workspace.CallAsync("POST", $"{said.Location}/retry"));
        Assert.Equal(2, Workspace.Twilio.Messages().Count(message => message.To == _phone));
        Assert.Equal(["answer"], Workspace.Got(_phone));
    }

    [Fact]
    public async Task The_list_follows_a_conversation_that_was_resolved()
    {
        var id = await Workspace.OpenAsync(_phone);
        await SufferAsync("commit Threads", "commit Inbox", () => Workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { status = "resolved" }));
        Assert.DoesNotContain(await Workspace.ListAsync("/api/conversations?status=open"), listed => listed.Word("id") == id);
    }

    [Fact]
    public async Task A_merge_goes_to_its_end()
    {
        var id = await Workspace.OpenAsync(_phone);
        var from = (await Workspace.GetAsync($"/api/conversations/{id}")).Word("contactId");
        var into = (await Workspace.PostAsync("/api/contacts", new { name = "王芳" })).Word("id");
        await SufferAsync("commit Contacts", "commit Threads", () => Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { into }));
        Assert.Equal(into, (await Workspace.GetAsync($"/api/conversations/{id}")).Word("contactId"));
    }

    [Fact]
    public async Task An_erasure_goes_to_its_end()
    {
        var id = await Workspace.OpenAsync(_phone);
        var contact = (await Workspace.GetAsync($"/api/conversations/{id}")).Word("contactId");
        await SufferAsync("commit Contacts", "commit Threads", () => Workspace.CallAsync("DELETE", $"/api/contacts/{contact}"));
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Status);
    }

    [Fact]
    public async Task An_erasure_whose_work_was_never_hidden_goes_to_its_end()
    {
        var id = await Workspace.OpenAsync(_phone);
        var contact = (await Workspace.GetAsync($"/api/conversations/{id}")).Word("contactId");
        var (stands, etag) = (await Workspace.Services.GetRequiredService<ContactStore>().RowAsync(contact, default))!.Value;
        await SufferAsync("commit Contacts", "nothing", () => Workspace.Services.GetRequiredService<Erase>().BeginAsync(stands, etag, TimeSpan.Zero, default));
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Status);
    }

    private async Task SufferAsync(string slow, string fails, Func<Task> act)
    {
        Workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (_hasCome == 1 && call.StartsWith(fails, StringComparison.Ordinal)) throw new StoreException("Service unavailable.");
                if (call.StartsWith(slow, StringComparison.Ordinal) && Interlocked.CompareExchange(ref _hasCome, 2, 0) == 0) LetWorkCome();
            },
        });
        await act();
        Workspace.Suffer(null);
        Assert.Equal(1, _hasCome);
        await Workspace.PassAsync(TimeSpan.FromMinutes(5));
    }

    private void LetWorkCome()
    {
        Workspace.Time.Advance(TimeSpan.FromMinutes(2));
        Workspace.DrainAsync().GetAwaiter().GetResult();
        _hasCome = 1;
    }
}
