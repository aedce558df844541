using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

/// <summary>Vectors of Twilio's SDK tests, and one made with Twilio's Node client 6.2.0 (the last).</summary>
public sealed class SigningTests
{
    private const string U = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private const string P5 = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";

    private const string Ends =
        "AccountSid=AC00000000000000000000000000000000&Body=%20h%C3%A9%20%26%20%2B1%20%F0%9F%91%8D%20&From=%2B15558675310&FromCity="
        + "&MessageSid=SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&NumMedia=0&To=%2B15017122661&ToCountry=US";

    [Theory]
    [InlineData(U, P5, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("https://mycompany.com:1234/myapp.php?foo=1&bar=2", P5, "CYn1h0gLBdNxDGkKJg6hYohgeD8=")]
    [InlineData("http://mycompany.com:1234/myapp.php?foo=1&bar=2", P5, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=")]
    [InlineData("https://mycompany.com:443/myapp.php?foo=1&bar=2", P5, "kvajT1Ptam85bY51eRf/AJRuM3w=")]
    [InlineData("http://mycompany.com/myapp.php?foo=1&bar=2", P5, "OyGYPqTF6ztdbRNCvuQO/oPvqQ4=")]
    [InlineData("https://MyCompany.com/myapp.php?foo=1&bar=2", P5, "g9IN/x4Cft2g517EjYvEvM/W7LU=")]
    [InlineData("https://mycompany.com/myapp.php", P5, "1xaxFBvyzXYvWplzNOSs28HWO94=")]
    [InlineData("https://mycompany.com/myapp.php?foo=hello%20world&bar=test%2Bvalue", P5, "er2tvAP1Wx+iuTTE2BPgvEaN1cs=")]
    [InlineData("https://mycompany.com/webhook/España?año=2023", P5, "G/Hx6mqqnjUNlPAoi2Sp9bGst0g=")]
    [InlineData(U, "", "zYQTYrRWXE7LtzbG4PfP7/bkkGo=")]
    [InlineData(U, "Digits=&CallSid=CA1234567890ABCDE&EmptyParam=", "9HHp/OqQMEwdrVebHDdA/+tqjX8=")]
    [InlineData(U, P5 + "&ReasonConferenceEnded=test&Reason=Participant", "vOEb5UThFn24KEfnOFLQY2AE5FY=")]
    [InlineData(U, "callSid=lowercase&CallSid=uppercase&CALLSID=allcaps", "jDK7WKT8wiNrwggd4ceTv4e1MJ4=")]
    [InlineData(U, "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU=")]
    [InlineData("https://desk.example.com/hooks/twilio/abc?inbox=7", Ends, "+i89ZDtMA2dEtr2S2Bh8lL7rBcU=")]
    public void A_callback_is_signed_as_the_vendors_clients_expect(string url, string form, string signature) =>
        Assert.Equal(signature, Signing.Sign(url, Fields(form), "12345"));

    private static IEnumerable<KeyValuePair<string, string>> Fields(string form) =>
        form.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString(pair[1])));
}
