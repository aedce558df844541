using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>Under which subject mails travel, and what it says of where they belong.</summary>
public sealed class MailSubjectTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private readonly string _mailbox = MailWorkspace.NewMailbox();

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task An_answer_bears_the_subject_of_what_it_answers()
    {
        var id = await WriteAsync("1", "First matter");
        Assert.Equal(id, await WriteAsync("2", "AW: 第二件事"));
        var said = await Workspace.SayAsync(id, "Done.");
        await Workspace.MailgunTellsAsync();

        Assert.Equal("Re: 第二件事", said.Json.Word("subject"));
        Assert.Equal("Re: 第二件事", Assert.Single(Workspace.Mailgun.Received(_mailbox)).Subject);
        Assert.Equal("First matter", (await Workspace.GetAsync($"/api/conversations/{id}")).Word("subject"));
    }

    [Fact]
    public async Task An_out_of_office_note_changes_no_subject()
    {
        var id = await WriteAsync("1", "First matter");
        await WriteAsync("On holiday.", "Out of office: First matter", new MailToWrite { Headers = [new("Auto-Submitted", "auto-replied")] });

        Assert.Equal("Re: First matter", (await Workspace.SayAsync(id, "Done.")).Json.Word("subject"));
    }

    [Fact]
    public async Task Of_several_open_conversations_a_mail_that_names_none_belongs_to_the_one_of_its_subject()
    {
        var first = await WriteAsync("1", "First matter");
        var contact = (await Workspace.GetAsync($"/api/conversations/{first}")).Word("contactId");
        var contract = (await Workspace.PostAsync("/api/conversations", new { contactId = contact, kind = "email", subject = "你的合同", text = "请查收" })).Word("conversationId");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(first, await WriteAsync("still", "RE: first Matter"));
        Assert.Equal(contract, await WriteAsync("签好了", "回复：你的合同"));
        Assert.Equal(contract, await WriteAsync("and", "Anything else"));
    }

    /// <returns>The conversation that it came into.</returns>
    private async Task<string> WriteAsync(string text, string subject, MailToWrite? more = null)
    {
        await Workspace.MailAsync(_mailbox, text, subject, more);
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        return (await Workspace.ListAsync($"/api/conversations?q={_mailbox}"))[0].Word("id");
    }
}
