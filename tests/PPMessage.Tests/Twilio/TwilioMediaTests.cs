using PPMessage.Channels;
using PPMessage.Local.Sandbox;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioMediaTests : IAsyncLifetime
{
    private const string Account = "/2010-04-01/Accounts/" + Demo.AccountSid;
    private const string Media = "ME0000000000000000000000000000000a";

    private static readonly byte[] Picture = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];

    private TwilioApp _app = null!;
    private Channel _channel = null!;
    private string _message = null!;
    private string _url = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await TwilioApp.StartAsync();
        _channel = await _app.ChannelAsync();
        _message = (await _app.Sandbox.TextAsync("+14155550123", Demo.Number, "", [new PhoneMedia("image/jpeg", Picture)]))!.Sid;
        _url = $"{_app.Sandbox.BaseUrl.AbsoluteUri.TrimEnd('/')}{Account}/Messages/{_message}/Media/{_app.Sandbox.Message(_message)!.Media[0].Sid}";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_file_is_fetched_across_the_redirect_and_the_credentials_are_not()
    {
        using var destination = new MemoryStream();

        var result = await FetchAsync(_url, destination: destination);

        // The sandbox's storage host answers 400 when an Authorization header comes with the request.
        Assert.Equal(new MediaResult.Fetched("image/jpeg", Picture.Length), result);
        Assert.Equal(Picture, destination.ToArray());
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_asked_for_again()
    {
        _app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.MediaNotFound));

        Assert.Equal(new MediaResult.NotYet(), await FetchAsync(_url));
        Assert.IsType<MediaResult.Fetched>(await FetchAsync(_url));
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(0)]
    public async Task A_file_above_the_limit_is_not_fetched(long limit) => Assert.Equal(new MediaResult.TooLarge(), await FetchAsync(_url, limit));

    [Fact]
    public async Task A_file_at_the_limit_is_fetched() => Assert.IsType<MediaResult.Fetched>(await FetchAsync(_url, Picture.Length));

    [Theory]
    [InlineData("not an address")]
    [InlineData("https://api.twilio.com" + Account + "/Messages/{message}/Media/" + Media)]
    [InlineData("{other}" + Account + "/Messages/{message}/Media/" + Media)]
    [InlineData("{base}/2010-04-01/Accounts/AC00000000000000000000000000000099/Messages/{message}/Media/" + Media)]
    [InlineData("{base}" + Account + "/Messages/MM00000000000000000000000000000099/Media/" + Media)]
    [InlineData("{base}" + Account + "/Messages/{message}/Media/../../../Recordings/" + Media)]
    [InlineData("{base}" + Account + "/Messages/{message}/Media/%2e%2e/" + Media)]
    [InlineData("{base}" + Account + "/Messages/{message}/Media/" + Media + "/more")]
    [InlineData("{base}" + Account + "/Messages/{message}/Media/" + Media + "?a=1")]
    [InlineData("{base}" + Account + "/Messages/{message}/Media/XX0000000000000000000000000000000a")]
    [InlineData("{base}" + Account + ".json")]
    [InlineData("file:///etc/passwd")]
    public async Task Credentials_go_to_this_messages_files_only(string template)
    {
        var start = _app.Sandbox.BaseUrl.AbsoluteUri.TrimEnd('/');
        var url = template.Replace("{base}", start, StringComparison.Ordinal)
            .Replace("{other}", _app.Sandbox.CdnUrl.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{message}", _message, StringComparison.Ordinal);
        var before = _app.Sandbox.Requests.Count;

        Assert.IsType<MediaResult.Refused>(await FetchAsync(url));
        Assert.Equal(before, _app.Sandbox.Requests.Count);
    }

    [Theory]
    [InlineData("http://203.0.113.5/")]
    [InlineData("https://203.0.113.5/")]
    [InlineData("https://169.254.169.254/metadata")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://user:password@example.com/")]
    public async Task A_redirect_to_where_the_public_is_not_is_refused(string target)
    {
        await using var app = await TwilioApp.StartAsync(sandbox: new SandboxOptions { CdnBaseUrl = new Uri(target) });
        var channel = await app.ChannelAsync();
        var message = (await app.Sandbox.TextAsync("+14155550123", Demo.Number, "", [new PhoneMedia("image/jpeg", Picture)]))!.Sid;
        var url = $"{app.Sandbox.BaseUrl.AbsoluteUri.TrimEnd('/')}{Account}/Messages/{message}/Media/{app.Sandbox.Message(message)!.Media[0].Sid}";

        var result = await app.Get<TwilioMedia>().FetchAsync(channel, url, message, 1000, Stream.Null, CancellationToken.None);

        Assert.IsType<MediaResult.Refused>(result);
    }

    [Theory]
    [InlineData(Misbehaviour.TooManyRequests)]
    [InlineData(Misbehaviour.ServerError)]
    [InlineData(Misbehaviour.ResetBeforeAccept)]
    public async Task A_bad_moment_is_no_refusal(string kind)
    {
        _app.Sandbox.Misbehave(new Misbehaviour(kind) { Path = "/Media/" });

        Assert.IsType<MediaResult.TryLater>(await FetchAsync(_url));
    }

    [Fact]
    public async Task A_slow_answer_is_not_waited_for_for_ever()
    {
        await using var app = await TwilioApp.StartAsync(providerCall: TimeSpan.FromSeconds(1));
        var channel = await app.ChannelAsync();
        app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.TimeoutAfterAccept) { Path = "/Media/", By = TimeSpan.FromSeconds(60) });
        var url = $"{app.Sandbox.BaseUrl.AbsoluteUri.TrimEnd('/')}{Account}/Messages/{_message}/Media/{Media}";

        var result = await app.Get<TwilioMedia>().FetchAsync(channel, url, _message, 1000, Stream.Null, CancellationToken.None);

        Assert.Equal(new MediaResult.TryLater("It took too long."), result);
    }

    private Task<MediaResult> FetchAsync(string url, long limit = TwilioMedia.MostBytes, Stream? destination = null) =>
        _app.Get<TwilioMedia>().FetchAsync(_channel, url, _message, limit, destination ?? Stream.Null, CancellationToken.None);
}
