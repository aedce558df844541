using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class ForeignCdnTests : SandboxTest
{
    private protected override SandboxOptions Options => new() { CdnBaseUrl = new Uri("https://cdn.example") };

    [Fact]
    public async Task Media_can_be_redirected_to_any_origin()
    {
        Connect();
        await Sandbox.TextAsync(Phone, Demo.Number, "", [new PhoneMedia("image/png", [1])]);

        using var redirect = await Http.GetAsync(new Uri(Application.Calls.Single().Fields["MediaUrl0"]!));

        Assert.Equal("https://cdn.example", redirect.Headers.Location!.GetLeftPart(UriPartial.Authority));
    }
}
