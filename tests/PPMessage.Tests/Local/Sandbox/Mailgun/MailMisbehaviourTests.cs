using System.Net;
using Microsoft.AspNetCore.Http;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

public sealed class MailMisbehaviourTests : MailSandboxTest
{
    [Theory]
    [InlineData("401", 401, "Forbidden")]
    [InlineData("402", 402, "Payment Required")]
    [InlineData("403", 403, "not allowed to send large batches")]
    [InlineData("404", 404, "Domain not found")]
    [InlineData("413", 413, "Too Large")]
    [InlineData("429", 429, "try again after 120 seconds")]
    [InlineData("500", 500, "<html>")]
    [InlineData("503", 503, "<html>")]
    [InlineData("magnificent", 200, "Mailgun Magnificent API")]
    [InlineData("wrongRegion", 404, "Domain not found")]
    public async Task An_answer_is_replaced_once_and_nothing_is_done(string kind, int status, string words)
    {
        Sandbox.Misbehave(new MailMisbehaviour(kind));
        using var refused = await SendAsync();
        using var accepted = await SendAsync();

        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Contains(words, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Single(Sandbox.Sent);
    }

    [Fact]
    public async Task A_limit_says_until_when()
    {
        Sandbox.Misbehave(new MailMisbehaviour("429") { Message = "recipient", By = TimeSpan.FromMinutes(5) });
        using var refused = await SendAsync();

        var reset = double.Parse(refused.Headers.GetValues("X-RateLimit-Reset").Single());
        Assert.InRange(reset - Time.GetUtcNow().ToUnixTimeSeconds(), 290, 301);
        Assert.Matches("recipient limit exceeded, try again after [A-Z][a-z]{2}, [0-9]{2} ", (await JsonAsync(Task.FromResult(refused))).GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("resetAfterAccept", 1)]
    [InlineData("resetBeforeAccept", 0)]
    public async Task A_cut_connection_says_nothing_of_what_was_done(string kind, int sent)
    {
        Sandbox.Misbehave(new MailMisbehaviour(kind));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync());

        Assert.Equal(sent, Sandbox.Sent.Count);
        Assert.Null(Assert.Single(Sandbox.Requests).Status);
    }

    [Fact]
    public async Task A_timeout_may_have_sent_the_mail()
    {
        Sandbox.Misbehave(new MailMisbehaviour(MailMisbehaviour.TimeoutAfterAccept) { By = TimeSpan.FromMilliseconds(50) }, new MailMisbehaviour(MailMisbehaviour.ServerErrorAfterAccept));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync());
        using var error = await SendAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, error.StatusCode);
        Assert.Equal(2, Sandbox.Sent.Count);
    }

    [Fact]
    public async Task A_deferral_says_when_it_goes_on_and_ends_either_way()
    {
        Hook("temporary_fail", "permanent_fail", "delivered");
        Sandbox.Misbehave(
            new MailMisbehaviour(MailMisbehaviour.TemporaryFail) { Reason = "greylisted", RetryAfter = TimeSpan.FromMinutes(15) },
            new MailMisbehaviour(MailMisbehaviour.TemporaryFail) { Then = "permanent" });
        await SendAsync();
        await Sandbox.SettleAsync();
        await SendAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(["temporary", null, "temporary", "permanent"], Events.Select(data => data.TryGetProperty("severity", out var severity) ? severity.GetString() : null));
        Assert.Equal(900, Events[0].GetProperty("delivery-status").GetProperty("retry-seconds").GetInt32());
        Assert.Equal(("old", 602), (Events[3].GetProperty("reason").GetString(), Events[3].GetProperty("delivery-status").GetProperty("code").GetInt32()));
        Assert.Single(Sandbox.Received(Mailbox));
    }

    [Fact]
    public async Task A_bounce_and_a_refusal_of_QQ_suppress_the_address()
    {
        Hook("permanent_fail");
        Sandbox.Misbehave(new MailMisbehaviour(MailMisbehaviour.QqRefusal) { Recipient = "a@qq.com" }, new MailMisbehaviour(MailMisbehaviour.PermanentFail) { Recipient = "b@x.example" });
        await SendAsync(("to", "a@qq.com, b@x.example, c@x.example"));
        await Sandbox.SettleAsync();
        await SendAsync(("to", "a@qq.com"));
        await Sandbox.SettleAsync();

        Assert.Contains(Events, data => data.GetProperty("delivery-status").GetProperty("message").GetString()!.StartsWith("Ip frequency limited", StringComparison.Ordinal));
        Assert.True(Sandbox.IsSuppressed(MailDemo.Domain, "bounces", "b@x.example"));
        Assert.Equal("suppress-bounce", Events[^1].GetProperty("reason").GetString());
        Assert.Single(Sandbox.Received("c@x.example"));
        Assert.Empty(Sandbox.Received("a@qq.com"));
    }

    [Fact]
    public async Task Afterwards_it_is_opened_clicked_complained_of_and_bounced_late()
    {
        Hook(WebhookTypes);
        Sandbox.Misbehave(((string[])["opened", "clicked", "unsubscribed", "complained", "delayedBounce"]).Select(kind => new MailMisbehaviour(kind)));
        await SendAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(["accepted", "delivered", "opened", "clicked", "unsubscribed", "complained", "failed"], EventNames);
        Assert.True(Events[^1].GetProperty("flags").GetProperty("is-delayed-bounce").GetBoolean());
        Assert.False(Events[2].GetProperty("message").TryGetProperty("size", out _));
        Assert.True(Sandbox.IsSuppressed(MailDemo.Domain, "complaints", Mailbox));
    }

    [Fact]
    public async Task Events_come_late_twice_last_first_or_not_at_all()
    {
        Hook("accepted", "delivered");
        Sandbox.Misbehave(new(MailMisbehaviour.OutOfOrder), new(MailMisbehaviour.Doubled), new(MailMisbehaviour.Late) { By = TimeSpan.FromMilliseconds(1) });
        await SendAsync();
        await Sandbox.SettleAsync();
        var first = EventNames;
        Sandbox.Misbehave(new MailMisbehaviour(MailMisbehaviour.DropEvents));
        await SendAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(["delivered", "delivered", "accepted", "accepted"], first);
        Assert.Equal(4, Application.Calls.Count);
        Assert.Equal(2, Application.Calls.Select(call => Convert.ToBase64String(call.Body)).Distinct().Count());
    }

    [Fact]
    public async Task Events_can_come_before_the_answer()
    {
        Hook("accepted", "delivered");
        Sandbox.Misbehave(new MailMisbehaviour(MailMisbehaviour.EventBeforeAnswer));
        await SendAsync();

        Assert.Equal(["accepted", "delivered"], EventNames);
    }

    [Fact]
    public async Task A_mail_comes_twice_with_one_signature()
    {
        Route("/mime");
        Sandbox.Misbehave(new(MailMisbehaviour.InboundDoubled), new(MailMisbehaviour.OtherBodySameToken) { Message = "Forged" });
        var posts = await Sandbox.WriteAsync(Mailbox, new MailToWrite { To = [MailDemo.Address], Subject = "Hello", Text = "x" });
        await Sandbox.RepeatAsync(posts[0].Calls[0]);

        Assert.Equal(4, Application.Calls.Count);
        Assert.Equal(2, Application.Calls.Select(call => Convert.ToBase64String(call.Body)).Distinct().Count());
        Assert.Single(Sandbox.Calls.Select(call => call.Token).Distinct());
        Assert.Contains(Application.Calls, call => call.Fields["subject"] == "Forged");
    }

    [Fact]
    public async Task A_signature_can_be_wrong_or_old()
    {
        Route("/mime");
        Sandbox.Misbehave(new(MailMisbehaviour.WrongSignature), new(MailMisbehaviour.OldTimestamp));
        var mail = new MailToWrite { To = [MailDemo.Address], Text = "x" };
        await Sandbox.WriteAsync(Mailbox, mail);
        Sandbox.Misbehave(new MailMisbehaviour(MailMisbehaviour.OldTimestamp));
        await Sandbox.WriteAsync(Mailbox, mail);

        var (wrong, old) = (Application.Calls.First().Fields, Application.Calls.Last().Fields);
        Assert.NotEqual(MailSignature.Of(MailDemo.SigningKey, wrong["timestamp"]!, wrong["token"]!).Signature, wrong["signature"]);
        Assert.Equal(MailSignature.Of(MailDemo.SigningKey, old["timestamp"]!, old["token"]!).Signature, old["signature"]);
        Assert.True(Time.GetUtcNow().ToUnixTimeSeconds() - long.Parse(old["timestamp"]!) >= 25 * 3600);
    }

    private static IReadOnlyList<string> WebhookTypes => WebhooksApi.Types;
}

public sealed class MailRetryTests : MailSandboxTest
{
    private protected override MailgunSandboxOptions Options => base.Options with { Retries = [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)] };

    [Theory]
    [InlineData(200, 1)]
    [InlineData(406, 1)]
    [InlineData(204, 4)]
    [InlineData(403, 4)]
    [InlineData(500, 4)]
    public async Task What_is_neither_taken_nor_refused_comes_again_as_it_was(int status, int attempts)
    {
        Route("/mime");
        Application.Answer = _ => TypedResults.StatusCode(status);
        var post = Assert.Single(await Sandbox.WriteAsync(Mailbox, new MailToWrite { To = [MailDemo.Address], Text = "x" }));
        await Sandbox.SettleAsync();

        Assert.Equal((attempts, status), (post.Attempts, post.StatusCode));
        Assert.Single(Application.Calls.Select(call => Convert.ToBase64String(call.Body)).Distinct());
    }

    [Fact]
    public async Task Only_delivered_is_told_once()
    {
        Hook("accepted", "delivered");
        Application.Answer = _ => TypedResults.StatusCode(503);
        await SendAsync();
        await Sandbox.SettleAsync();

        Assert.Equal((4, 1), (EventNames.Count(name => name == "accepted"), EventNames.Count(name => name == "delivered")));
    }
}
