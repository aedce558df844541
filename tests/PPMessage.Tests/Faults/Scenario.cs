using System.Net;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Faults;

/// <summary>Something that happens with a contact, to be told the same end of whatever goes wrong in between.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Arrange">Before anything goes wrong.</param>
/// <param name="Act">What a phone, an agent or Twilio does. Whoever gets no answer does what a good client does.</param>
internal sealed record Scenario(string Name, Func<Stage, Task> Arrange, Func<Stage, Task> Act)
{
    private const int MostTries = 6;

    /// <summary>What else must end alike, beside all that anybody can see.</summary>
    public Func<Stage, string>? Look { get; init; }

    public static Task Nothing(Stage stage) => Task.CompletedTask;

    /// <summary>The contact and an agent have written to each other before.</summary>
    public static async Task Talk(Stage stage)
    {
        await stage.Workspace.TextAsync(stage.Phone, "你好");
        stage.Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        stage.Conversation = await stage.FindConversationAsync();
        using var answer = await stage.Workspace.ReplyAsync(stage.Conversation!, "您好", by: stage.Agent);
        answer.EnsureSuccessStatusCode();
        await stage.Workspace.TwilioTellsAsync();
        stage.Workspace.Time.Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>As <see cref="Talk"/>, and then the agent answers again, which Twilio has yet to tell of.</summary>
    public static Func<Stage, Task> Answered(string text, params IReadOnlyList<Misbehaviour> twilio) => async stage =>
    {
        await Talk(stage);
        await Reply(text, twilio)(stage);
    };

    /// <summary>A text that Twilio tells us once; when we don't take it, it is lost but for the catching up.</summary>
    public static Func<Stage, Task> Text(string text, params IReadOnlyList<PhoneMedia> media) => async stage =>
    {
        await stage.Workspace.TextAsync(stage.Phone, text, media);
        await stage.Workspace.ReviveAsync();
    };

    /// <summary>A text that Twilio tells us until we take it.</summary>
    public static Func<Stage, Task> InsistentText(string text, params IReadOnlyList<PhoneMedia> media) => async stage =>
    {
        var told = await stage.Workspace.TextAsync(stage.Phone, text, media);
        await stage.Workspace.ReviveAsync();
        for (var i = 0; i < MostTries && told!.Callback!.Error is not null; i++)
        {
            if (await stage.Workspace.RepeatAsync(told.Callback) is HttpStatusCode.OK) return;
            await stage.Workspace.ReviveAsync();
        }
    };

    /// <summary>The contact has written a mail, and an agent has answered it.</summary>
    public static async Task Correspond(Stage stage)
    {
        await stage.Workspace.MailAsync(stage.Mailbox, "你好", "问候", new MailToWrite { MessageId = $"first-{stage.Digits}@example.cn" });
        stage.Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        stage.Conversation = await stage.FindConversationAsync();
        using var answer = await stage.Workspace.ReplyAsync(stage.Conversation!, "您好", by: stage.Agent);
        answer.EnsureSuccessStatusCode();
        await stage.Workspace.MailgunTellsAsync();
        stage.Workspace.Time.Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>As <see cref="Correspond"/>, and then the agent answers again, which Mailgun has yet to tell of.</summary>
    public static Func<Stage, Task> AnsweredByMail(string text, params IReadOnlyList<MailMisbehaviour> mailgun) => async stage =>
    {
        await Correspond(stage);
        await ReplyByMail(text, mailgun)(stage);
    };

    /// <summary>A mail that Mailgun posts until we take it.</summary>
    public static Func<Stage, Task> Mail(string text, MailToWrite? more = null) => async stage =>
    {
        var mail = (more ?? new MailToWrite()) with { MessageId = $"mail-{stage.Digits}@example.cn" };
        foreach (var post in await stage.Workspace.MailAsync(stage.Mailbox, text, more: mail))
        {
            await stage.Workspace.ReviveAsync();
            for (var i = 0; i < MostTries && !post.Calls.Any(call => call.IsFinal); i++)
            {
                if (await stage.Workspace.Mailgun.RepeatAsync(post.Calls[0]) is HttpStatusCode.OK) break;
                await stage.Workspace.ReviveAsync();
            }
        }
    };

    /// <summary>As <see cref="Correspond"/>, and then the conversation is resolved.</summary>
    public static async Task CorrespondAndResolve(Stage stage)
    {
        await Correspond(stage);
        await stage.Workspace.CallAsync("PATCH", $"/api/conversations/{stage.Conversation}", new { status = "resolved" });
    }

    /// <summary>The contact answers our last mail.</summary>
    public static Func<Stage, Task> AnswerByMail(string text) => stage =>
        Mail(text, new MailToWrite { InReplyTo = stage.Workspace.Mailgun.Received(stage.Mailbox)[^1].MessageId })(stage);

    /// <summary>As <see cref="Talk"/>; the contact has an address as well, has left the site, and mail is preferred then.</summary>
    public static async Task TalkAndLeave(Stage stage)
    {
        await Talk(stage);
        var contact = (await stage.Workspace.GetAsync($"/api/conversations/{stage.Conversation}")).GetProperty("contactId").GetString();
        await stage.Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { emails = new[] { stage.Mailbox } });
        await stage.Workspace.CallAsync("PUT", $"/api/contacts/{contact}/presence", new { online = false });
        await stage.Workspace.CallAsync("PUT", "/api/settings/offline-messages", new { prefer = new[] { "email" } });
    }

    /// <summary>As <see cref="ReplyByMail"/>, with a file.</summary>
    public static Func<Stage, Task> ReplyWithFile(string text) => async stage =>
    {
        var body = new { text, attachments = new[] { new { name = "收据.txt", contentType = "text/plain", base64 = "5p2l" } } };
        for (var i = 0; i < MostTries && !await PostsAsync(stage, body); i++) await stage.Workspace.ReviveAsync();
        await stage.Workspace.ReviveAsync();
    };

    /// <inheritdoc cref="Reply"/>
    public static Func<Stage, Task> ReplyByMail(string text, params IReadOnlyList<MailMisbehaviour> mailgun) => async stage =>
    {
        stage.Workspace.Mailgun.Misbehave(mailgun.Select(one => one with { Recipient = one.Recipient ?? (MailMisbehaviour.Answers.Contains(one.Kind) ? null : stage.Mailbox) }));
        for (var i = 0; i < MostTries && !await SaysAsync(stage, text); i++) await stage.Workspace.ReviveAsync();
        await stage.Workspace.ReviveAsync();
    };

    /// <summary>An agent's answer, asked for again under the same key until somebody says that it is taken.</summary>
    public static Func<Stage, Task> Reply(string text, params IReadOnlyList<Misbehaviour> twilio) => async stage =>
    {
        stage.Workspace.Twilio.Misbehave(twilio);
        for (var i = 0; i < MostTries && !await SaysAsync(stage, text); i++) await stage.Workspace.ReviveAsync();
        await stage.Workspace.ReviveAsync();
    };

    /// <summary>Twilio tells of an answer that was sent before, and tells it again where nobody took it.</summary>
    public static Task Callbacks(Stage stage) => stage.Workspace.PassAsync(TimeSpan.Zero);

    private static async Task<bool> PostsAsync(Stage stage, object body)
    {
        try
        {
            return (await stage.Agent.CallAsync("POST", $"/api/conversations/{stage.Conversation}/messages", body, key: "the-one-answer")).Status == 201;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> SaysAsync(Stage stage, string text)
    {
        try
        {
            using var answer = await stage.Workspace.ReplyAsync(stage.Conversation!, text, key: "the-one-answer", by: stage.Agent);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
