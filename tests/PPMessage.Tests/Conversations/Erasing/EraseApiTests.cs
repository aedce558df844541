using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Conversations.Erasing;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Contacts.Bulk;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Conversations.Erasing;

public sealed class EraseApiTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private readonly string _phone = Calls.NewPhone();
    private readonly string _mailbox = MailWorkspace.NewMailbox();

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Nothing_is_left_of_a_contact_in_any_row_or_blob()
    {
        var blobs = Workspace.Underneath.Blobs();
        var (contact, conversations) = await KnownAsync();
        Assert.NotEmpty(Where("秘密"));
        Assert.NotEqual(blobs, Workspace.Underneath.Blobs());

        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/contacts/{contact}")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}")).Status);
        foreach (var conversation in conversations)
        {
            Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{conversation}")).Status);
            Assert.Empty(await Workspace.ListAsync($"/api/conversations?status=all&q={_phone[1..]}"));
            Assert.Empty(await Workspace.ListAsync($"/api/conversations?status=all&q={_mailbox}"));
        }

        Assert.Empty(Where("秘密"));
        Assert.Empty(Where("王芳"));
        Assert.Equal(blobs, Workspace.Underneath.Blobs());
        await Workspace.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Empty(Where(_phone));
        Assert.Empty(Where(_mailbox));
        Workspace.Time.Advance(TimeSpan.FromDays(2));
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(404, (await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}")).Status);
        Assert.DoesNotContain(Where(contact), place => !place.StartsWith(Tables.Audit, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_writes_again_is_somebody_new()
    {
        var (contact, _) = await KnownAsync();
        await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var anew = await Workspace.OpenAsync(_phone, "我又来了");
        var shown = await Workspace.GetAsync($"/api/conversations/{anew}");
        Assert.NotEqual(contact, shown.Word("contactId"));
        Assert.Equal(1, shown.GetProperty("messageCount").GetInt32());

        Workspace.Time.Advance(TimeSpan.FromDays(3));
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Workspace.Time.Advance(TimeSpan.FromDays(3));
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("我又来了", Assert.Single(await Workspace.MessagesAsync(anew)).Word("text"));
        Assert.Equal(200, (await Workspace.CallAsync("GET", $"/api/contacts/{shown.Word("contactId")}")).Status);
    }

    [Fact]
    public async Task A_stop_outlives_the_erasure_and_nothing_else_of_it_does()
    {
        var conversation = await Workspace.OpenAsync(_phone, "STOP");
        var contact = (await Workspace.GetAsync($"/api/conversations/{conversation}")).Word("contactId");
        await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));

        var imported = await Workspace.CallAsync("POST", "/api/contacts", new { name = "Imported", phones = new[] { _phone } });
        var consent = Assert.Single((await Workspace.GetAsync($"/api/contacts/{imported.Id}")).GetProperty("consent").EnumerateArray());
        Assert.True(consent.GetProperty("stopped").GetBoolean());
        Assert.Equal(("stop", ""), (consent.GetProperty("history")[0].Word("reason"), consent.GetProperty("history")[0].Word("detail")));
        var begun = await Workspace.CallAsync("POST", "/api/conversations", new { contactId = imported.Id, kind = "sms", text = "Hello" });
        Assert.Equal("suppressed", begun.Json.State());
    }

    [Fact]
    public async Task A_text_that_was_taken_before_and_is_carried_in_after_is_not_taken_in_again()
    {
        var conversation = await Workspace.OpenAsync(_phone, "你好");
        var contact = (await Workspace.GetAsync($"/api/conversations/{conversation}")).Word("contactId");
        var told = await Workspace.TextAsync(_phone, "秘密");
        await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        await Workspace.RepeatAsync(told!.Callback!);
        await Workspace.PassAsync(TimeSpan.FromMinutes(11));
        Assert.Empty(Where("秘密"));
        Assert.Empty(await Workspace.OfPhoneAsync(_phone));
    }

    [Fact]
    public async Task With_a_contact_goes_what_has_become_part_of_it()
    {
        var (from, _) = await KnownAsync();
        var into = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "Into" })).Id;
        await Workspace.CallAsync("POST", $"/api/contacts/{from}/merge", new { into });
        var refused = await Workspace.CallAsync("DELETE", $"/api/contacts/{from}");
        Assert.Equal(409, refused.Status);
        Assert.Contains(into, refused.Problem, StringComparison.Ordinal);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{into}")).Status);
        Assert.Empty(Where("秘密"));
        await Workspace.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Empty(Where(_phone));
    }

    [Fact]
    public async Task Dead_letters_about_it_go_and_those_of_others_stay()
    {
        var (contact, _) = await KnownAsync();
        var letters = Workspace.Services.GetRequiredService<DeadLetters>();
        await letters.AddAsync("fax", JsonSerializer.SerializeToElement(new { from = _phone, text = "秘密" }), "test", default);
        await letters.AddAsync("fax", JsonSerializer.SerializeToElement(new { from = Calls.NewPhone(), text = "bleibt" }), "test", default);
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        Assert.Empty(Where("秘密"));
        Assert.NotEmpty(Where("bleibt"));
    }

    [Fact]
    public async Task Letters_that_are_made_later_about_work_from_before_go_as_well()
    {
        var (contact, _) = await KnownAsync();
        var (letters, before) = (Workspace.Services.GetRequiredService<DeadLetters>(), Workspace.Time.GetUtcNow());
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var (at, text) in new[] { (before, "秘密"), (Workspace.Time.GetUtcNow(), "bleibt doch") })
            await letters.AddAsync("fax", JsonSerializer.SerializeToElement(new { message = new { from = _phone, text }, ulid = Ids.NewUlid(at) }), "test", default);
        await Workspace.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Empty(Where("秘密"));
        Assert.NotEmpty(Where("bleibt doch"));
    }

    [Fact]
    public async Task A_file_that_the_next_holder_of_the_address_was_sent_as_well_stays()
    {
        var (sent, talks, holders) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var name in new[] { "Erst", "Dann" })
        {
            var holder = (await Workspace.CallAsync("POST", "/api/contacts", new { name, emails = new[] { _mailbox } })).Id;
            var file = new { name = "价目表.txt", contentType = "text/plain", base64 = Convert.ToBase64String("99元"u8) };
            var said = await Workspace.CallAsync("POST", "/api/conversations", new { contactId = holder, kind = "email", subject = "Preise", text = "Bitte", attachments = new[] { file } });
            Assert.True(said.Status == 201, said.Json.GetRawText());
            sent.Add(said.Json.GetProperty("attachments")[0].Word("url"));
            talks.Add(said.Text("conversationId"));
            await Workspace.CallAsync("PATCH", $"/api/conversations/{said.Text("conversationId")}", new { status = "resolved" });
            await Workspace.CallAsync("PATCH", $"/api/contacts/{holder}", new { emails = Array.Empty<string>() });
            holders.Add(holder);
            Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{holders[0]}")).Status);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await Workspace.Client.GetAsync(sent[0], TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("99元", await Workspace.Client.GetStringAsync(sent[1], TestContext.Current.CancellationToken));
        // Resolved, it is still there for whoever looks.
        Assert.Equal((404, 200), ((await Workspace.CallAsync("GET", $"/api/conversations/{talks[0]}")).Status, (await Workspace.CallAsync("GET", $"/api/conversations/{talks[1]}")).Status));
    }

    [Fact]
    public async Task Whatever_goes_wrong_once_it_is_decided_the_queue_does_the_rest()
    {
        var (contact, _) = await KnownAsync();
        Workspace.Suffer(new FaultPlan { Meanwhile = call => Assert.False(call.StartsWith("commit Threads", StringComparison.Ordinal)) });
        var called = await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        Workspace.Suffer(null);
        Assert.Equal(202, called.Status);
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(Where("秘密"));
    }

    [Fact]
    public async Task Reasons_why_imports_refused_a_row_no_longer_name_it()
    {
        var (contact, _) = await KnownAsync();
        var other = Calls.NewPhone();
        await Workspace.CallAsync("POST", "/api/contacts", new { phones = new[] { other } });
        var told = await Workspace.ImportAsync($$"""{"phones":["{{_phone}}","{{other}}"]}""");
        Assert.Contains(_phone, Assert.Single(told.Refused).Reason, StringComparison.Ordinal);
        await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        Assert.DoesNotContain(Where(_phone), place => place.StartsWith(Tables.Imports, StringComparison.Ordinal));
        Assert.Equal("(erased)", Assert.Single(await Workspace.ListAsync($"/api/contacts/imports/{told.Import}/refused")).Word("reason"));
    }

    [Fact]
    public async Task What_somebody_else_said_from_the_same_address_stays()
    {
        var first = await Workspace.OpenAsync(_phone, "秘密一");
        var before = (await Workspace.GetAsync($"/api/conversations/{first}")).Word("contactId");
        await Workspace.CallAsync("PATCH", $"/api/conversations/{first}", new { status = "resolved" });
        await Workspace.CallAsync("PATCH", $"/api/contacts/{before}", new { phones = Array.Empty<string>() });
        var after = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "Has it now", phones = new[] { _phone } })).Id;
        var second = (await Workspace.CallAsync("POST", "/api/conversations", new { contactId = after, kind = "sms", text = "Guten Tag" })).Text("conversationId");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{before}")).Status);
        Assert.Empty(Where("秘密"));
        Assert.Equal(after, (await Workspace.GetAsync($"/api/conversations/{second}")).Word("contactId"));
        Assert.Equal("Guten Tag", Assert.Single(await Workspace.MessagesAsync(second)).Word("text"));
        Assert.Equal(second, await Workspace.OpenAsync(_phone, "Danke"));

        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{after}")).Status);
        Assert.Empty(Where("Guten Tag"));
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{second}")).Status);
    }

    [Fact]
    public async Task What_a_provider_still_tells_of_an_erased_message_disturbs_nobody()
    {
        var conversation = await Workspace.OpenAsync(_phone, "你好");
        var contact = (await Workspace.GetAsync($"/api/conversations/{conversation}")).Word("contactId");
        var said = await Workspace.SayAsync(conversation, "您好");
        await Workspace.TwilioTellsAsync();
        await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}");
        await Workspace.RepeatAsync(Workspace.Twilio.Callbacks.Last(call => call.Kind == "status" && call.Field("MessageSid") == said.Text("providerId")));
        Assert.NotEmpty(Where(said.Text("providerId")));
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{conversation}/messages/{said.Id}")).Status);
        await Workspace.PassAsync(TimeSpan.FromMinutes(20));
        Assert.DoesNotContain(await Workspace.ListAsync("/api/dead-letters"), letter => letter.Word("kind") == "send");
        Workspace.Time.Advance(TimeSpan.FromDays(3));
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(Where(said.Text("providerId")));
    }

    [Fact]
    public async Task A_resolved_conversation_can_t_be_reopened_while_it_is_erased()
    {
        var (contact, conversations) = await KnownAsync();
        var (contacts, erase) = (Workspace.Services.GetRequiredService<ContactStore>(), Workspace.Services.GetRequiredService<Erase>());
        var row = (await contacts.RowAsync(contact, default))!.Value;
        await erase.BeginAsync(row.Contact, row.ETag, TimeSpan.FromMinutes(1), default);
        var thread = ThreadKeys.Conversation(conversations[0])!.Value.Thread;
        var head = (await Workspace.Services.GetRequiredService<ThreadStore>().HeadAsync(thread, default))!.Value;
        var edit = new ThreadEdit(head.Head, head.ETag);
        edit.Change(before => before.Erased(Workspace.Time.GetUtcNow()));
        await Workspace.Services.GetRequiredService<ThreadStore>().CommitAsync(thread, edit, default);

        Assert.Equal(404, (await Workspace.CallAsync("PATCH", $"/api/conversations/{conversations[0]}", new { status = "open" })).Status);
        Assert.Equal(404, (await Workspace.SayAsync(conversations[0], "too late")).Status);
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(Where("秘密"));
    }

    [Fact]
    public async Task Only_an_admin_erases()
    {
        var (_, agent) = await Workspace.HireAsync("Tries");
        var contact = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "Stays" })).Id;
        Assert.Equal(403, (await agent.CallAsync("DELETE", $"/api/contacts/{contact}")).Status);
        Assert.Equal(412, (await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}", ifMatch: "\"99\"")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}", ifMatch: "\"1\"")).Status);
    }

    /// <summary>Somebody with a name, a text and a long mail with a file, each answered once.</summary>
    private async Task<(string Contact, IReadOnlyList<string> Conversations)> KnownAsync()
    {
        var texts = await Workspace.OpenAsync(_phone, "秘密一");
        var contact = (await Workspace.GetAsync($"/api/conversations/{texts}")).Word("contactId");
        await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { name = "王芳", emails = new[] { _mailbox } });
        await Workspace.CallAsync("PUT", $"/api/contacts/{contact}/presence", new { online = true });
        await Workspace.SayAsync(texts, "秘密二");
        await Workspace.CallAsync("PATCH", $"/api/conversations/{texts}", new { status = "resolved" });
        var file = new MailFile("秘密.txt", "text/plain", Encoding.UTF8.GetBytes("秘密三"));
        await Workspace.MailAsync(_mailbox, string.Concat(Enumerable.Repeat("秘密四 ", 3000)), "秘密五", new MailToWrite { Files = [file] });
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var mails = (await Workspace.ListAsync($"/api/conversations?q={_mailbox}"))[0].Word("id");
        await Workspace.SayAsync(mails, "秘密六");
        await Workspace.TwilioTellsAsync();
        await Workspace.MailgunTellsAsync();
        await Workspace.DrainAsync();
        return (contact, [texts, mails]);
    }

    /// <summary>Tables and keys of the rows in which a text stands.</summary>
    private IReadOnlyList<string> Where(string text) => Workspace.Underneath.RowsWith(text);
}
