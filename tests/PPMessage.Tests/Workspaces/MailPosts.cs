using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Tests.Workspaces;

/// <summary>A body and what it says it is.</summary>
internal sealed record PostBody(string ContentType, byte[] Bytes);

/// <summary>Posts as Mailgun makes them, each piece of them in the test's hands: for what the sandbox would never send.</summary>
internal static class MailPosts
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <param name="name"><c>mimeUrl</c>, <c>url</c> or <c>eventsUrl</c> of the demo address's channel.</param>
    public static async Task<string> MailUrlAsync(this Workspace workspace, string name = "mimeUrl") =>
        (await workspace.GetAsync($"/api/channels/{workspace.MailChannelId}")).GetProperty("inbound").Word(name);

    /// <summary>A new token, signed now.</summary>
    public static MailSignature Sign(this Workspace workspace) => MailSignature.New(MailDemo.SigningKey, workspace.Time.GetUtcNow());

    /// <summary>The fields of a mail as it is.</summary>
    public static IReadOnlyList<FormPart> Raw(byte[] mime, string sender, string recipient = MailDemo.Address) =>
        [new("recipient", recipient), new("sender", sender), new("subject", "-"), new("from", sender), new("body-mime", mime)];

    /// <summary>The fields of a mail that Mailgun has taken apart.</summary>
    public static IReadOnlyList<FormPart> Parsed(byte[] mime, string sender, string recipient = MailDemo.Address)
    {
        var mail = new ParsedMail(mime);
        return [.. mail.Envelope(recipient, sender), .. mail.Fields(), .. mail.FileFields()];
    }

    public static PostBody Form(IEnumerable<FormPart> parts, MailSignature signature, bool asMultipart = false)
    {
        var (type, body) = MailForm.Write([.. parts, new("timestamp", signature.Timestamp), new("token", signature.Token), new("signature", signature.Signature)], asMultipart);
        return new PostBody(type, body);
    }

    /// <returns>What was answered; 0 when nobody did.</returns>
    public static async Task<(int Status, string Answer)> PostAsync(string url, PostBody body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body.Bytes) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", body.ContentType);
        try
        {
            using var answer = await Http.SendAsync(request);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return (0, string.Empty);
        }
    }

    /// <summary>A mailbox's conversations, last activity first.</summary>
    public static Task<IReadOnlyList<JsonElement>> OfMailboxAsync(this Workspace workspace, string mailbox) =>
        workspace.ListAsync($"/api/conversations?q={Uri.EscapeDataString(mailbox)}");
}
