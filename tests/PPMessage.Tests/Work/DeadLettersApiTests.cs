using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Work;

public sealed class DeadLettersApiTests
{
    [Fact]
    public async Task Work_that_fails_five_times_becomes_a_letter_with_its_reason_and_can_be_replayed()
    {
        await using var workspace = await Workspace.StartAsync();
        var queue = workspace.Services.GetRequiredService<WorkQueue>();
        // A message to a channel that is gone.
        var payload = JsonSerializer.SerializeToElement(new
        {
            message = new { channelId = "ch_gone", providerId = "SM1", from = Calls.NewPhone(), to = Workspace.Number, text = "救命", receivedAt = "2026-11-23T08:00:00Z", raw = new { } },
            ulid = Ids.NewUlid(workspace.Time.GetUtcNow()),
        });
        await queue.PutAsync(PPMessage.Storage.Queues.Work, WorkMessage.Of("inbound", payload), TimeSpan.Zero, default);
        await workspace.DrainAsync();
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
        await workspace.PassAsync(TimeSpan.FromMinutes(4));

        var letter = Assert.Single(await workspace.ListAsync("/api/dead-letters"));
        Assert.Equal(("inbound", "StoreException: Channel ch_gone is gone."), (letter.Word("kind"), letter.Word("reason")));
        Assert.EndsWith("Z", letter.Word("createdAt"), StringComparison.Ordinal);
        var id = letter.Word("id");
        var read = await workspace.GetAsync($"/api/dead-letters/{id}");
        Assert.Equal("救命", read.GetProperty("payload").GetProperty("message").Word("text"));
        Assert.Contains("1 given up", (await workspace.GetAsync("/health/ready")).GetRawText(), StringComparison.Ordinal);

        var replayed = await workspace.CallAsync("POST", $"/api/dead-letters/{id}/replay");
        Assert.Equal(200, replayed.Status);
        Assert.EndsWith("Z", replayed.Text("replayedAt"), StringComparison.Ordinal);
        await workspace.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal(2, (await workspace.ListAsync("/api/dead-letters")).Count);
    }

    [Fact]
    public async Task Letters_are_listed_newest_first_through_the_months_and_what_is_too_long_for_a_row_is_kept_whole()
    {
        await using var workspace = await Workspace.StartAsync();
        var letters = workspace.Services.GetRequiredService<DeadLetters>();
        var texts = new[] { "first", new string('长', 30_000), "third", "fourth" };
        foreach (var text in texts)
        {
            await letters.AddAsync("odd", JsonSerializer.SerializeToElement(text), "why", default);
            workspace.Time.Advance(TimeSpan.FromDays(20));
        }

        var listed = await workspace.ListAsync("/api/dead-letters", limit: 1);
        var read = new List<string?>();
        foreach (var letter in listed) read.Add((await workspace.GetAsync($"/api/dead-letters/{letter.Word("id")}")).GetProperty("payload").GetString());
        Assert.Equal(texts.Reverse(), read);
        Assert.Equal(422, (await workspace.CallAsync("POST", $"/api/dead-letters/{listed[0].Word("id")}/replay")).Status);
    }

    [Fact]
    public async Task A_letter_of_a_mail_that_is_in_no_conversation_gives_the_mail_and_can_be_put_away()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        var (mailbox, id) = (MailWorkspace.NewMailbox(), new MailToWrite { MessageId = "twice@example.cn" });
        await workspace.MailAsync(mailbox, "first", more: id);
        await workspace.MailAsync(mailbox, "第二封", more: id);
        var letter = Assert.Single(await workspace.ListAsync("/api/dead-letters")).Word("id");

        var raw = await workspace.Client.GetAsync($"/api/dead-letters/{letter}/raw");
        Assert.Equal("message/rfc822", raw.Content.Headers.ContentType!.MediaType);
        using var content = new MemoryStream(await raw.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("第二封", PPMessage.Mail.MailReader.Read(content).Text, StringComparison.Ordinal);
        var (_, agent) = await workspace.HireAsync("Ann");
        Assert.Equal((403, 204, 404, 404), (
            (await agent.CallAsync("DELETE", $"/api/dead-letters/{letter}")).Status,
            (await workspace.CallAsync("DELETE", $"/api/dead-letters/{letter}")).Status,
            (await workspace.CallAsync("DELETE", $"/api/dead-letters/{letter}")).Status,
            (await workspace.CallAsync("GET", $"/api/dead-letters/{letter}/raw")).Status));
        Assert.DoesNotContain("given up", (await workspace.GetAsync("/health/ready")).GetRawText(), StringComparison.Ordinal);
        Assert.Contains(await workspace.ListAsync("/api/audit"), line => line.Word("action") == "dead-letter.deleted" && line.Word("detail").Contains("same Message-Id", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dl_x")]
    [InlineData("dl_7ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("dl_ZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("dl_00000000000000000000000000")]
    public async Task What_is_no_letter_is_not_found_and_no_cursor(string id)
    {
        await using var workspace = await Workspace.StartAsync();
        Assert.Equal(404, (await workspace.CallAsync("GET", $"/api/dead-letters/{id}")).Status);
        Assert.Equal(404, (await workspace.CallAsync("POST", $"/api/dead-letters/{id}/replay")).Status);
        var listed = (await workspace.CallAsync("GET", $"/api/dead-letters?cursor={id}")).Status;
        Assert.Equal(id == "dl_00000000000000000000000000" ? 200 : 400, listed);
    }

    [Fact]
    public async Task What_nobody_understands_is_kept_as_it_came()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.Store.EnqueueAsync(PPMessage.Storage.Queues.Work, "not ours", TimeSpan.Zero, default);
        await workspace.Services.GetRequiredService<WorkQueue>().PutAsync(PPMessage.Storage.Queues.Work, WorkMessage.Of("fax", JsonSerializer.SerializeToElement("x")), TimeSpan.Zero, default);
        await workspace.DrainAsync();
        Assert.Equal(["fax", "unreadable"], (await workspace.ListAsync("/api/dead-letters")).Select(letter => letter.Word("kind")).Order(StringComparer.Ordinal));
    }
}
