using System.Net;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

/// <summary>Messaging Services, and who is told a text when several would be.</summary>
public sealed class ServicesTests : SandboxTest
{
    private const string Sid = "MG00000000000000000000000000000001";
    private const string Services = "/v1/Services";

    [Fact]
    public async Task Services_are_listed_read_and_changed()
    {
        Join();
        Sandbox.Put(new SandboxService { Sid = "MG00000000000000000000000000000002", AccountSid = Demo.AccountSid });
        using var changed = await PostAsync($"{Services}/{Sid}", ("UseInboundWebhookOnNumber", "true"), ("InboundRequestUrl", "https://h.example/in#rc=3"), ("FallbackUrl", ""));

        var list = await JsonAsync($"{Services}?PageSize=1");
        var one = await JsonAsync($"{Services}/{Sid}");

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(Sid, Assert.Single(list.GetProperty("services").EnumerateArray()).GetProperty("sid").GetString());
        Assert.Equal("services", list.GetProperty("meta").GetProperty("key").GetString());
        var next = await JsonAsync(new Uri(list.GetProperty("meta").GetProperty("next_page_url").GetString()!).PathAndQuery);
        Assert.Equal("MG00000000000000000000000000000002", Assert.Single(next.GetProperty("services").EnumerateArray()).GetProperty("sid").GetString());
        Assert.Null(next.GetProperty("meta").GetProperty("next_page_url").GetString());
        Assert.True(one.GetProperty("use_inbound_webhook_on_number").GetBoolean());
        Assert.Equal("https://h.example/in#rc=3", one.GetProperty("inbound_request_url").GetString());
        Assert.Null(one.GetProperty("fallback_url").GetString());
    }

    [Fact]
    public async Task A_number_is_found_in_its_service_and_in_no_other()
    {
        Join();
        var (ours, other) = (Sandbox.Number(Demo.Number)!.Sid, Sandbox.Number(Demo.SecondNumber)!.Sid);

        var pooled = await JsonAsync($"{Services}/{Sid}/PhoneNumbers/{ours}");
        using var missing = await GetAsync($"{Services}/{Sid}/PhoneNumbers/{other}");
        var all = await JsonAsync($"{Services}/{Sid}/PhoneNumbers");

        Assert.Equal((Demo.Number, Sid), (pooled.GetProperty("phone_number").GetString(), pooled.GetProperty("service_sid").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(ours, Assert.Single(all.GetProperty("phone_numbers").EnumerateArray()).GetProperty("sid").GetString());
    }

    [Fact]
    public async Task Somebody_elses_service_is_not_there()
    {
        Sandbox.Put(new SandboxAccount { Sid = "AC00000000000000000000000000000011", AuthToken = "sub", OwnerSid = Demo.AccountSid });
        Sandbox.Put(new SandboxService { Sid = Sid, AccountSid = "AC00000000000000000000000000000011" });

        using var answer = await GetAsync($"{Services}/{Sid}");
        Http.DefaultRequestHeaders.Authorization = null;
        using var stranger = await GetAsync(Services);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), (answer.StatusCode, stranger.StatusCode));
    }

    [Theory]
    [InlineData(false, "/service")]
    [InlineData(true, "/sms")]
    public async Task A_service_calls_in_its_numbers_stead_unless_it_defers_to_them(bool onNumber, string called)
    {
        Connect();
        Join(service => service with { InboundRequestUrl = $"{Application.BaseUrl}/service", UseInboundWebhookOnNumber = onNumber });

        await Sandbox.TextAsync(Phone, Demo.Number, "Hi");

        Assert.Equal(called, Assert.Single(Application.Calls).Path);
    }

    [Fact]
    public async Task A_service_without_a_url_drops_texts_and_lists_nothing()
    {
        Connect();
        Join();

        var result = await Sandbox.TextAsync(Phone, Demo.Number, "Hi");

        Assert.Equal(("", 0), (result!.Sid, result.Callbacks.Count));
        Assert.Empty(Application.Calls);
        Assert.Empty(Sandbox.Messages());
    }

    [Fact]
    public async Task An_application_overrides_the_numbers_urls_and_a_number_without_sms_gets_none()
    {
        Connect(number => number with { SmsApplicationSid = "AP1" });
        var overridden = await Sandbox.TextAsync(Phone, Demo.Number, "Hi");
        Connect(number => number with { Sms = false, SmsApplicationSid = "" });
        var incapable = await Sandbox.TextAsync(Phone, Demo.Number, "Hi");

        Assert.NotEqual("", overridden!.Sid);
        Assert.Equal("", incapable!.Sid);
        Assert.Empty(Application.Calls);
    }

    private void Join(Func<SandboxService, SandboxService>? change = null)
    {
        var service = new SandboxService { Sid = Sid, AccountSid = Demo.AccountSid };
        Sandbox.Put(change is null ? service : change(service));
        Sandbox.Put(Sandbox.Number(Demo.Number)! with { MessagingServiceSid = Sid });
    }
}
