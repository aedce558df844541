using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox.Dns;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

/// <summary>The demo address's channel in a workspace that all tests of a class share; each begins with everything right at Mailgun and in the DNS, and connected.</summary>
public abstract class MailgunSetupTest(MailWorkspace shared) : IClassFixture<MailWorkspace>, IAsyncLifetime
{
    private static readonly string[] Secrets = [MailDemo.ApiKey, MailDemo.SendingKey, MailDemo.SigningKey];

    internal Workspace Workspace => shared.Workspace;

    internal MailgunSandbox Mailgun => Workspace.Mailgun;

    private protected IChannelSetup Setup => Workspace.Services.GetRequiredKeyedService<IChannelSetup>(MailgunChannels.EmailOfMailgun);

    private protected Channel Channel { get; private set; } = null!;

    private protected string Mime => MailgunUrls.Mime(new Uri(Workspace.BaseUrl.AbsoluteUri.TrimEnd('/')), Channel.HookKey);

    private protected string Events => MailgunUrls.Events(new Uri(Workspace.BaseUrl.AbsoluteUri.TrimEnd('/')), Channel.HookKey);

    public virtual async ValueTask InitializeAsync()
    {
        Channel = (await Workspace.Services.GetRequiredService<ChannelDirectory>().FindAsync(Workspace.MailChannelId, default))!;
        Mailgun.Behave();
        Mailgun.SignWith(MailDemo.SigningKey);
        Mailgun.RefuseRoutes("");
        foreach (var domain in MailDemo.Domains(Workspace.Time.GetUtcNow())) Mailgun.Put(domain);
        Mailgun.Dns.Clear();
        foreach (var (name, records) in MailDemo.Dns) Mailgun.Dns.Put(name, records);
        Mailgun.SetRoutes();
        foreach (var type in WebhooksApi.Types) Mailgun.SetWebhook(MailDemo.Domain, type);
        await ConnectAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>Writes all that does not stand as wanted, as an admin's connect does.</summary>
    /// <param name="overwrite">Others' too.</param>
    private protected async Task<IReadOnlyList<Place>> ConnectAsync(bool overwrite = false)
    {
        var places = await PlacesAsync();
        var wishes = places.Where(place => !place.IsConnected && (overwrite || place.Holder != PlaceHolder.Foreign)).Select(place => Wish.Of(place, place.Wanted)).ToList();
        Assert.Null(await Setup.WriteAsync(Channel, wishes, default));
        return places;
    }

    private protected async Task<IReadOnlyList<Place>> PlacesAsync()
    {
        var survey = await Setup.SurveyAsync(Channel, default);
        Assert.Null(survey.Problem);
        return survey.Places;
    }

    private protected async Task<Place> PlaceAsync(string name) => (await PlacesAsync()).Single(place => place.Name == name);

    private protected async Task<IReadOnlyList<Check>> CheckAsync(Channel? channel = null)
    {
        var checks = await Setup.CheckAsync(channel ?? Channel, default);
        var text = string.Join('\n', checks.Select(check => $"{check.Message} {check.Fix}"));
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.Distinct(checks.Select(check => check.Name));
        Assert.All(checks, check => Assert.Equal(check.Status == CheckStatus.Pass, check.Fix is null));
        return checks;
    }

    /// <summary>One check is told, with this status and these words in it; every other passes unless it is named.</summary>
    private protected async Task FindsAsync(string name, CheckStatus status, string words, params string[] others)
    {
        var checks = await CheckAsync();
        var check = Assert.Single(checks, check => check.Name == name && check.Status != CheckStatus.Pass);
        Assert.Equal(status, check.Status);
        Assert.Contains(words, check.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(checks, other => other.Status != CheckStatus.Pass && other.Name != name && !others.Contains(other.Name));
    }

    private protected void Put(Func<MailDomain, MailDomain> change) => Mailgun.Put(change(Mailgun.Domain(MailDemo.Domain)!));

    private protected void PutDns(Func<DnsRecords, DnsRecords> change) => Mailgun.Dns.Put(MailDemo.Domain, change(Mailgun.Dns.Find(MailDemo.Domain)!));

    private protected void PutMx(params (int Priority, string Host)[] hosts) => PutDns(records => records with { Mx = [.. hosts.Select(host => new DnsMx(host.Priority, host.Host))] });

    /// <summary>The same channel with another secret.</summary>
    private protected Channel With(string secret, string value) => Channel with
    {
        Secrets = new Dictionary<string, WrappedSecret>(Channel.Secrets) { [secret] = Workspace.Services.GetRequiredService<SecretBox>().Wrap(Channel.Id, secret, value) },
    };

    private protected Channel With(IReadOnlyDictionary<string, string> settings) => Channel with { Settings = Channel.Settings.Where(one => !settings.ContainsKey(one.Key)).Concat(settings).ToDictionary() };
}
