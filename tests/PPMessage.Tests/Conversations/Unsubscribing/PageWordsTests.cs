using System.Net;
using PPMessage.Conversations.Unsubscribing;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Unsubscribing;

public sealed class PageWordsTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Theory]
    [InlineData("en", "en")]
    [InlineData("zh", "zh-Hans")]
    [InlineData("zh-CN", "zh-Hans")]
    [InlineData("zh-SG", "zh-Hans")]
    [InlineData("zh-TW", "zh-Hant")]
    [InlineData("zh_HK", "zh-Hant")]
    [InlineData("zh-Hant-CN", "zh-Hant")]
    [InlineData("zh-Hans-HK", "zh-Hans")]
    [InlineData("pt-BR", "pt")]
    [InlineData("DE-at", "de")]
    [InlineData("nl", "en")]
    [InlineData("", "en")]
    [InlineData("-", "en")]
    [InlineData(null, "en")]
    public void A_wish_is_read_as_it_is_meant(string? wish, string language) => Assert.Equal(language, PageWords.LanguageOf([wish]));

    [Fact]
    public void The_first_language_that_we_speak_is_taken() => Assert.Equal("ja", PageWords.LanguageOf(["nl", null, "ja-JP", "de"]));

    [Fact]
    public void Every_language_says_everything_in_its_own_words()
    {
        Assert.Equal(8, PageWords.Languages.Count());
        var pages = PageWords.Languages.Select(language => new UnsubscribePage(language, "a***@b.example"))
            .Select(page => new[] { page.Asks(), page.IsDone(true), page.IsDone(false), page.IsResumed(), page.IsLost(), page.IsBusy() }).ToList();
        Assert.All(pages.SelectMany(page => page), html => Assert.DoesNotMatch("<(h1|title|p|button[^>]*)>\\s*</", html));
        Assert.Equal(8 * 6, pages.SelectMany(page => page).Distinct().Count());
    }

    [Theory]
    [InlineData("nl, ja;q=0.5, de;q=0.8, en;q=0", "de")]
    [InlineData("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant")]
    [InlineData("en;q=0, *", "en")]
    [InlineData(";;;,=q", "en")]
    public async Task The_browsers_wish_counts_where_the_contacts_is_not_known(string header, string language)
    {
        var mail = await Workspace.SendLinkedAsync();
        using var answer = await Workspace.VisitAsync(mail.Path, header);
        Assert.Equal(language, Assert.Single(answer.Content.Headers.ContentLanguage));
        Assert.Contains($"<html lang=\"{language}\">", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_contacts_own_language_comes_first()
    {
        var mail = await Workspace.SendLinkedAsync();
        var contact = (await Workspace.GetAsync($"/api/conversations/{mail.Conversation}")).Word("contactId");
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { locale = "zh-CN" })).Status);
        var (_, html) = await Workspace.LookAsync(mail.Path, "de");
        Assert.Contains("<title>要退订吗？</title>", html, StringComparison.Ordinal);
        Assert.Contains("您已退订", (await Workspace.PressAsync(mail.Path)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fang@example.com", "f***@example.com")]
    [InlineData("王芳@例子.cn", "王***@例子.cn")]
    [InlineData("😀@example.com", "😀***@example.com")]
    [InlineData("\"a@b\"@example.com", "\"***@example.com")]
    [InlineData("@example.com", "@ex***om")]
    [InlineData("+8613800138000", "+86***00")]
    [InlineData("12345", "***")]
    [InlineData("", "***")]
    public void An_address_is_known_again_by_its_owner_only(string address, string masked) => Assert.Equal(masked, MaskedAddress.Of(address));

    [Fact]
    public void What_stands_in_an_address_stays_text() =>
        Assert.Contains(WebUtility.HtmlEncode("<***@x.example"), new UnsubscribePage("en", MaskedAddress.Of("<script>@x.example")).Asks(), StringComparison.Ordinal);
}
