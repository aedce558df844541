using System.Globalization;
using System.Net;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>An account of its own at the sandbox with one number and one API key, and a channel for it: what is put wrong there disturbs no other test.</summary>
internal sealed record TwilioLine(Workspace Workspace, string AccountSid, string Phone, string ChannelId, Uri Hook)
{
    public const string Token = "0123456789abcdef0123456789abcdef";
    public const string KeySecret = "ThisIsTheSecretOfTheKeyOfTheTest";

    private static int _lines;

    public string KeySid => KeyOf(AccountSid);

    public string Wanted => $"{Hook}#rc=3&rp=all&rt=4000";

    public SandboxNumber Number => Workspace.Twilio.Number(Phone)!;

    public SandboxAccount Account => Workspace.Twilio.Account(AccountSid)!;

    /// <param name="settings">On top of account and number; an empty one takes away.</param>
    /// <param name="secrets">In place of the auth token.</param>
    public static async Task<TwilioLine> MakeAsync(
        Workspace workspace, Func<string, IEnumerable<(string Name, string Value)>>? settings = null, IReadOnlyDictionary<string, string>? secrets = null, bool inbound = true)
    {
        var digits = Interlocked.Increment(ref _lines).ToString("D6", CultureInfo.InvariantCulture);
        var (account, phone) = ($"AC{digits.PadLeft(32, 'a')}", $"+1415{digits.PadLeft(7, '2')}");
        workspace.Twilio.Put(new SandboxAccount { Sid = account, AuthToken = Token, ApiKeySid = KeyOf(account), ApiKeySecret = KeySecret });
        workspace.Twilio.Put(new SandboxNumber { Sid = $"PN{digits.PadLeft(32, 'a')}", AccountSid = account, PhoneNumber = phone });
        var all = new Dictionary<string, string> { ["accountSid"] = account, ["phoneNumber"] = phone };
        foreach (var (name, value) in settings?.Invoke(account) ?? []) all[name] = value;
        var channel = await workspace.PostAsync("/api/channels", new
        {
            kind = "sms", provider = "twilio", name = $"热线 {digits}", settings = all.Where(one => one.Value.Length > 0).ToDictionary(),
            secrets = secrets ?? new Dictionary<string, string> { ["authToken"] = Token }, inbound = new { enabled = inbound },
        });
        return new TwilioLine(workspace, account, phone, channel.Word("id"), inbound ? new Uri(channel.GetProperty("inbound").Word("url")) : workspace.BaseUrl);
    }

    /// <summary>A line whose channel calls by an API key.</summary>
    public static Task<TwilioLine> WithKeyAsync(Workspace workspace, string secret = KeySecret, string token = Token) => MakeAsync(
        workspace, account => [("apiKeySid", KeyOf(account))], new Dictionary<string, string> { ["authToken"] = token, ["apiKeySecret"] = secret });

    public void Put(Func<SandboxNumber, SandboxNumber> change) => Workspace.Twilio.Put(change(Number));

    public void Put(Func<SandboxAccount, SandboxAccount> change) => Workspace.Twilio.Put(change(Account));

    /// <summary>A Messaging Service of the account; the number joins it.</summary>
    public SandboxService Join(Func<SandboxService, SandboxService>? change = null)
    {
        var service = new SandboxService { Sid = "MG" + AccountSid[2..], AccountSid = AccountSid, FriendlyName = "服务" };
        service = change is null ? service : change(service);
        Workspace.Twilio.Put(service);
        Put(number => number with { MessagingServiceSid = service.Sid });
        return service;
    }

    public Task<Called> ConnectAsync(bool? overwrite = null) =>
        Workspace.CallAsync("POST", $"/api/channels/{ChannelId}/connect", overwrite is { } flag ? new { overwrite = flag } : null);

    public Task<Called> DisconnectAsync() => Workspace.CallAsync("POST", $"/api/channels/{ChannelId}/disconnect");

    public async Task<JsonElement> CheckAsync()
    {
        var called = await Workspace.CallAsync("POST", $"/api/channels/{ChannelId}/check");
        Assert.Equal((int)HttpStatusCode.OK, called.Status);
        Assert.Distinct(called.Json.GetProperty("checks").EnumerateArray().Select(check => check.Word("name")));
        return called.Json;
    }

    /// <summary>One check by its name.</summary>
    public async Task<Checked> CheckedAsync(string name)
    {
        var check = Assert.Single((await CheckAsync()).GetProperty("checks").EnumerateArray(), check => check.Word("name") == name);
        return new(check.Word("status"), check.Word("message"), check.GetProperty("fix").GetString());
    }

    private static string KeyOf(string accountSid) => "SK" + accountSid[2..];
}

internal sealed record Checked(string Status, string Message, string? Fix);
