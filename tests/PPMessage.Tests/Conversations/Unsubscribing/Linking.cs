using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations.Unsubscribing;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Unsubscribing;

/// <summary>A mail that was sent, and the link in it.</summary>
internal sealed record LinkedMail(string Mailbox, string Conversation, string Message, string Path)
{
    public string Token => Path[3..];
}

/// <summary>What the tests of unsubscribing do again and again.</summary>
internal static class Linking
{
    public const string OneClick = "List-Unsubscribe=One-Click";
    public const string Form = "application/x-www-form-urlencoded";

    /// <summary>Somebody writes, and is answered: the answer stands for a campaign's mail.</summary>
    public static async Task<LinkedMail> SendLinkedAsync(this Workspace workspace, MailMisbehaviour? misbehaviour = null)
    {
        var mailbox = MailWorkspace.NewMailbox("unsubscribing.example");
        await workspace.MailAsync(mailbox, "Hello");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var conversation = Assert.Single(await workspace.OfMailboxAsync(mailbox)).Word("id");
        if (misbehaviour is not null) workspace.Mailgun.Misbehave(misbehaviour with { Recipient = mailbox });
        var said = await workspace.SayAsync(conversation, "an offer");
        await workspace.MailgunTellsAsync();
        return new LinkedMail(mailbox, conversation, said.Id, await workspace.LinkAsync(conversation, said.Id));
    }

    public static async Task<string> LinkAsync(this Workspace workspace, string conversation, string message)
    {
        var url = await workspace.Services.GetRequiredService<UnsubscribeLinks>().ForAsync(conversation, message, default);
        Assert.StartsWith(workspace.BaseUrl.AbsoluteUri, url.AbsoluteUri, StringComparison.Ordinal);
        return url.AbsolutePath;
    }

    /// <summary>As a browser does.</summary>
    public static async Task<(int Status, string Html)> LookAsync(this Workspace workspace, string path, string? languages = null)
    {
        using var answer = await workspace.VisitAsync(path, languages);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<HttpResponseMessage> VisitAsync(this Workspace workspace, string path, string? languages = null, HttpMethod? method = null)
    {
        using var stranger = new HttpClient { BaseAddress = workspace.BaseUrl };
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        if (languages is not null) request.Headers.TryAddWithoutValidation("Accept-Language", languages);
        return await stranger.SendAsync(request);
    }

    /// <param name="body">Null: none.</param>
    public static Task<(int Status, string Html)> PressAsync(this Workspace workspace, string path, string? body = OneClick, string? contentType = Form) =>
        workspace.PressAsync(path, body is null ? null : Encoding.UTF8.GetBytes(body), contentType);

    public static async Task<(int Status, string Html)> PressAsync(this Workspace workspace, string path, byte[]? body, string? contentType)
    {
        using var stranger = new HttpClient { BaseAddress = workspace.BaseUrl };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : new ByteArrayContent(body) };
        if (contentType is not null) request.Content?.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await stranger.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static Task<(int Status, string Html)> ResumeAsync(this Workspace workspace, string path) => workspace.PressAsync(path, "action=resubscribe");

    /// <summary>What is known of an address of the mail channel; null: nothing was ever said.</summary>
    public static async Task<JsonElement?> SuppressionAsync(this Workspace workspace, string mailbox)
    {
        var items = (await workspace.GetAsync($"/api/suppressions?channelId={workspace.MailChannelId}&address={mailbox}")).GetProperty("items");
        return items.GetArrayLength() == 0 ? null : items[0];
    }

    public static async Task<IReadOnlyList<JsonElement>> ChangesAsync(this Workspace workspace, string mailbox) =>
        await workspace.SuppressionAsync(mailbox) is { } known ? [.. known.GetProperty("history").EnumerateArray()] : [];
}
