using PPMessage.Channels;
using Xunit;

namespace PPMessage.Tests.Mailgun;

/// <summary>A campaign's mail that goes out by itself.</summary>
public sealed class MailgunCampaignTests : IAsyncLifetime
{
    private MailgunApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await MailgunApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_campaigns_mail_can_be_stopped_by_a_button_and_is_counted()
    {
        var fields = await SendAsync(new CampaignMark("cmp1.2_7.ABC", new Uri("https://us.example.com/u/x?t=1&c=%E4%B8%AD"), Tracks: true));

        Assert.Equal("<https://us.example.com/u/x?t=1&c=%E4%B8%AD>", fields["h:List-Unsubscribe"]);
        Assert.Equal("List-Unsubscribe=One-Click", fields["h:List-Unsubscribe-Post"]);
        Assert.Equal(("yes", "yes", "yes"), (fields["o:tracking"], fields["o:tracking-clicks"], fields["o:tracking-opens"]));
        Assert.Equal("cmp1.2_7.ABC", fields["v:ppm-campaign"]);
        Assert.Equal("msg_1", fields["v:ppm-message"]);
    }

    [Fact]
    public async Task A_campaign_that_does_not_track_is_not_counted_and_one_without_a_link_has_no_button()
    {
        var fields = await SendAsync(new CampaignMark("t", null, Tracks: false));

        Assert.Equal(("no", "no", "no"), (fields["o:tracking"], fields["o:tracking-clicks"], fields["o:tracking-opens"]));
        Assert.DoesNotContain(fields.Keys, name => name.StartsWith("h:List", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agents_mail_has_nothing_of_a_campaign()
    {
        var fields = await SendAsync(null);

        Assert.Equal(
            ["from", "to", "subject", "text", "h:Message-Id", "o:tracking", "o:tracking-clicks", "o:tracking-opens", "v:ppm-message", "v:ppm-conversation", "v:ppm-attempt"], fields.Keys);
        Assert.Equal(("no", "no", "no"), (fields["o:tracking"], fields["o:tracking-clicks"], fields["o:tracking-opens"]));
    }

    private async Task<Dictionary<string, string>> SendAsync(CampaignMark? mark)
    {
        var message = new OutboundMessage("msg_1", "cv_1", 1, null, "zhang@qq.com", new OutboundContent("Sale", "50% off", null, [])) { Reference = "ref.1", Campaign = mark };
        Assert.IsType<SendOutcome.Accepted>(await _app.Sender.SendAsync(await _app.ChannelAsync(), message, CancellationToken.None));
        var request = _app.Stub.Requests.Single();
        await using var form = await Forms.FormAsync(request.Body, request.ContentType!);
        return form.Fields.ToDictionary();
    }
}
