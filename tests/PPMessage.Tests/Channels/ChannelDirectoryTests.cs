using PPMessage.Channels;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Channels;

public sealed class ChannelDirectoryTests
{
    private const string New = """
        {"kind":"sms","provider":"twilio","name":"A","settings":{"accountSid":"AC1","phoneNumber":"+15005550006"},"secrets":{"authToken":"0123456789abcdef"}}
        """;

    [Fact]
    public async Task Another_instance_sees_a_change_when_its_cache_is_too_old()
    {
        await using var app = await TestApp.StartAsync();
        var options = new PPMessageOptions { SecretsKey = TestApp.SecretsKey };
        var other = new ChannelDirectory(app.Store, new SecretBox(options), options, app.Time);
        Assert.Empty(await other.AllAsync(default));
        var made = await app.Admin.PostAsync("/api/channels", New);
        await app.Admin.PostAsync($"/api/channels/{made["id"]}/activate");

        Assert.Null(await other.ActiveAsync("sms", default));
        var key = (await app.Get<ChannelDirectory>().FindAsync(made["id"]!, default))!.HookKey;
        Assert.Null(await other.FindByHookKeyAsync(key, default));
        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await other.FindByHookKeyAsync(key, default));
        Assert.Equal(made["id"], (await other.ActiveAsync("sms", default))?.Id);

        await app.Admin.PostAsync($"/api/channels/{made["id"]}/deactivate");
        Assert.NotNull(await other.ActiveAsync("sms", default));
        app.Time.Advance(options.Timing.CacheFor);
        Assert.Null(await other.ActiveAsync("sms", default));
    }

    [Fact]
    public async Task No_channel_at_all_is_no_error()
    {
        await using var app = await TestApp.StartAsync();
        var directory = app.Get<ChannelDirectory>();
        Assert.Null(await directory.ActiveAsync("sms", default));
        Assert.Null(await directory.FindAsync("ch_x", default));
        Assert.Null(await directory.FindByHookKeyAsync(string.Empty, default));
    }
}
