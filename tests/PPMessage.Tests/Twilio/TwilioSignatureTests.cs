using System.Text;
using CsCheck;
using PPMessage.Local.Sandbox;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>The numbers are rows of the vector table: published tests of Twilio's SDKs, Twilio's documentation, and twilio-node 6.2.0 run as an oracle.</summary>
public sealed class TwilioSignatureTests
{
    private const string U = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private const string P5 = "CallSid=CA1234567890ABCDE|Caller=+14158675309|Digits=1234|From=+14158675309|To=+18005551212";
    private const string P5AndReasons = P5 + "|ReasonConferenceEnded=test|Reason=Participant";
    private const string Sms =
        "AccountSid=AC00000000000000000000000000000000|Body= hé & +1 👍 |From=+15558675310|FromCity=|MessageSid=SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|NumMedia=0|To=+15017122661|ToCountry=US";

    private const string Json = """{"property": "value", "boolean": true}""";
    private const string JsonHash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    private const string EmptyJsonHash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    private const string Signature1 = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";

    [Theory]
    [InlineData("1", U, P5, Signature1)]
    [InlineData("2", "https://mycompany.com:1234/myapp.php?foo=1&bar=2", P5, Signature1)]
    [InlineData("3", "https://mycompany.com:1234/myapp.php?foo=1&bar=2", P5, "CYn1h0gLBdNxDGkKJg6hYohgeD8=")]
    [InlineData("4", "http://mycompany.com:1234/myapp.php?foo=1&bar=2", P5, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=")]
    [InlineData("5", U, P5, "kvajT1Ptam85bY51eRf/AJRuM3w=")]
    [InlineData("6", "http://mycompany.com/myapp.php?foo=1&bar=2", P5, "0ZXoZLH/DfblKGATFgpif+LLRf4=")]
    [InlineData("6b", "http://mycompany.com/myapp.php?foo=1&bar=2", P5, "OyGYPqTF6ztdbRNCvuQO/oPvqQ4=")]
    [InlineData("7", "https://MyCompany.com/myapp.php?foo=1&bar=2", P5, "g9IN/x4Cft2g517EjYvEvM/W7LU=")]
    [InlineData("8", "https://MyCompany.com:1234/myapp.php?foo=1&bar=2", P5, "PCqOZm8cnu/L6+u5i5fuEd+Iac4=")]
    [InlineData("9", "http://MyCompany.com/myapp.php?foo=1&bar=2", P5, "XY7AlKOKL6im4yWyX84gldUrtis=")]
    [InlineData("10", "http://username:password@MyCompany.com/myapp.php?foo=1&bar=2", P5, "PJ08CxXr7KLPjEQCTc8LkUSMwSM=")]
    [InlineData("11", "HTTP://username:password@MyCompany.com/myapp.php?foo=1&bar=2", P5, "hy/l8pca+LFms4cvRdv8uiP6NGc=")]
    [InlineData("12", "http://Username:Password@MyCompany.com/myapp.php?foo=1&bar=2", P5, "SkTSKyDJH9kUlhItI0slbgZ1UsI=")]
    [InlineData("13", "https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", P5, "CukzLTc1tT5dXEDIHm/tKBanW10=")]
    [InlineData("14", "https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", P5, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=")]
    [InlineData("15", "https://user@mycompany.com/myapp.php?foo=1&bar=2", P5, "2YRLlVAflCqxaNicjMpJcSTgzSs=")]
    [InlineData("16", "https://user@mycompany.com/myapp.php?foo=1&bar=2", P5, "aZfj4hyX1MLZhSS6QIL18Vn2/RA=")]
    [InlineData("17", U + "&Body=It's+amazing", P5, "TfZzewPq8wqrGlMfyAud8+/IvJ0=")]
    [InlineData("18", U, "MessagingBinding.Address=+1325xxxxxxx|MessagingBinding.Address=+1415xxxxxxx", "83O6e2vORAoJHUNzJjDWN1jz+BA=")]
    [InlineData("18, other order", U, "MessagingBinding.Address=+1415xxxxxxx|MessagingBinding.Address=+1325xxxxxxx", "83O6e2vORAoJHUNzJjDWN1jz+BA=")]
    [InlineData("19", U, "Sid=CA123|SidAccount=AC123|Digits=5678|Digits=1234|Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU=")]
    [InlineData("23", U, P5AndReasons, "vOEb5UThFn24KEfnOFLQY2AE5FY=")]
    [InlineData("24", "http://mycompany.com/myapp.php?foo=1&bar=2", P5AndReasons, "n2xBNyzSW7rfYStDtOFiFMv7qNo=")]
    [InlineData("26", U, "property=value|boolean=true", "NBdBDr/T/lgjI+tlgpXjKZQZs/k=")]
    [InlineData("27", U, "", "zYQTYrRWXE7LtzbG4PfP7/bkkGo=")]
    [InlineData("28", "https://mycompany.com/myapp.php", P5, "1xaxFBvyzXYvWplzNOSs28HWO94=")]
    [InlineData("29", U + "&type=thiswontbeusedinthesignaturegeneratorandsoshouldbeignored", P5, "hYkNsTBttoNGkyCS0p+wWmQoRTg=")]
    [InlineData("30", "https://mycompany.com/myapp.php?foo=hello%20world&bar=test%2Bvalue", P5, "er2tvAP1Wx+iuTTE2BPgvEaN1cs=")]
    [InlineData("31", U, "Message=Hello & goodbye! @#$%^*()|From=+1 (415) 867-5309|Special=unicode: ñáéíóú", "dCPiR4WtQ6QFN6pJh81CtlCcWLQ=")]
    [InlineData("32", U, "Digits=|CallSid=CA1234567890ABCDE|EmptyParam=", "9HHp/OqQMEwdrVebHDdA/+tqjX8=")]
    [InlineData("33", U, "Digits=|CallSid=CA1234567890ABCDE|NullParam=", "L9lTTwIlxM1xGAtLRwhOSZggRhM=")]
    [InlineData("34", U, "Zebra=last|Alpha=first|Beta=second|Gamma=third", "enveUe73ZTVLAekHxez3Qx6JuuQ=")]
    [InlineData("35", "https://mycompany.com/webhook/España?año=2023", P5, "G/Hx6mqqnjUNlPAoi2Sp9bGst0g=")]
    [InlineData("36", U, "callSid=lowercase|CallSid=uppercase|CALLSID=allcaps", "jDK7WKT8wiNrwggd4ceTv4e1MJ4=")]
    [InlineData("37", "https://mycompany.com:443//myapp.php?foo=1&bar=2", P5, "A9lH3u16NjyiiM/+wylw5rirFUs=")]
    [InlineData("38", "https://example.com/myapp.php?foo=1&bar=2", "CallSid=CA1234567890ABCDE|Caller=+14158675310|Digits=1234|From=+14158675310|To=+18005551212", "L/OH5YylLD5NRKLltdqwSvS0BnU=")]
    [InlineData("39", "https://desk.example.com/hooks/twilio/abc?inbox=7", Sms, "+i89ZDtMA2dEtr2S2Bh8lL7rBcU=")]
    [InlineData("40", "https://desk.example.com/hooks/twilio/abc?inbox=7", Sms, "d1Bn0j5VHINZc9qg6JlUuhlrH6I=")]
    public void A_form_signed_by_Twilio_is_proven(string vector, string url, string fields, string signature) =>
        Assert.True(TwilioSignature.IsForm(signature, url, Fields(fields), ["12345"]), vector);

    [Theory]
    [InlineData("20", U + "&bodySHA256=" + JsonHash, Json, "a9nBmqA0ju/hNViExpshrM61xv4=")]
    [InlineData("21", "https://mycompany.com/myapp.php?bodySHA256=" + JsonHash, Json, "y77kIzt2vzLz71DgmJGsen2scGs=")]
    [InlineData("22", U + "&bodySHA256=" + EmptyJsonHash, "{}", "Ldidvp12m26NI7eqEvxnEpkd9Hc=")]
    [InlineData("22b", U + "&bodySHA256=" + EmptyJsonHash, "{}", "rw/jVviOgicj2+kHZULvebnA4ag=")]
    public void A_JSON_body_signed_by_Twilio_is_proven(string vector, string url, string body, string signature) =>
        Assert.True(TwilioSignature.IsJson(signature, url, Encoding.UTF8.GetBytes(body), ["12345"]), vector);

    [Theory]
    [InlineData("25: wrong sort order", U, P5AndReasons, "95+Bu0JVPi0r/SsESZCVf0dWAjw=")]
    [InlineData("1 on 7", "https://MyCompany.com/myapp.php?foo=1&bar=2", P5, Signature1)]
    [InlineData("1 on 8", "https://MyCompany.com:1234/myapp.php?foo=1&bar=2", P5, Signature1)]
    [InlineData("1 on 9", "http://MyCompany.com/myapp.php?foo=1&bar=2", P5, Signature1)]
    [InlineData("no header", U, P5, null)]
    [InlineData("empty header", U, P5, "")]
    [InlineData("cut signature", U, P5, "RSOYDt4T1cUTdK1PDd93/VVr8B8")]
    [InlineData("another value", U, P5 + "|Extra=", Signature1)]
    [InlineData("a value trimmed", "https://desk.example.com/hooks/twilio/abc?inbox=7", "Body=hé & +1 👍", "+i89ZDtMA2dEtr2S2Bh8lL7rBcU=")]
    [InlineData("another path", "https://mycompany.com/myapp.phq?foo=1&bar=2", P5, Signature1)]
    [InlineData("query in another order", "https://mycompany.com/myapp.php?bar=2&foo=1", P5, Signature1)]
    public void Anything_else_is_not(string why, string url, string fields, string? signature) =>
        Assert.False(TwilioSignature.IsForm(signature, url, Fields(fields), ["12345"]), why);

    [Theory]
    [InlineData("no hash in the URL", U, Json, Signature1)]
    [InlineData("hash cut by its last character", U + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e662", Json, "a9nBmqA0ju/hNViExpshrM61xv4=")]
    [InlineData("another body", U + "&bodySHA256=" + JsonHash, "{}", "a9nBmqA0ju/hNViExpshrM61xv4=")]
    [InlineData("another signature", U + "&bodySHA256=" + JsonHash, Json, "y77kIzt2vzLz71DgmJGsen2scGs=")]
    public void A_JSON_body_needs_its_hash_in_the_signed_URL(string why, string url, string body, string signature) =>
        Assert.False(TwilioSignature.IsJson(signature, url, Encoding.UTF8.GetBytes(body), ["12345"]), why);

    [Fact]
    public void Two_tokens_are_tried_while_one_is_being_rotated()
    {
        Assert.True(TwilioSignature.IsForm(Signature1, U, Fields(P5), ["the new one", "12345"]));
        Assert.True(TwilioSignature.IsForm(Signature1, U, Fields(P5), ["12345", "the old one"]));
        Assert.False(TwilioSignature.IsForm(Signature1, U, Fields(P5), ["the new one", "the old one"]));
    }

    [Fact]
    public void An_empty_token_proves_nothing()
    {
        // HMAC-SHA1 of U under the empty key, which everybody can compute.
        const string forged = "t5xDBY6aFLdRIWN5NLeL/ANHa6A=";

        Assert.False(TwilioSignature.IsForm(forged, U, [], ["", null]));
    }

    [Fact]
    public void Whatever_the_sandbox_signs_is_proven_and_nothing_that_was_changed_after() =>
        Gen.Select(Gen.String, Gen.String).Array[0, 10].Sample(form =>
        {
            var fields = form.Select((f, i) => KeyValuePair.Create($"{f.Item1}{i % 4}", f.Item2)).ToArray();
            var signature = Signing.Sign(U, fields, "12345");
            return TwilioSignature.IsForm(signature, U, fields.Reverse(), ["12345"])
                && !TwilioSignature.IsForm(signature, U, [.. fields, new("Extra", "1")], ["12345"])
                && !TwilioSignature.IsForm(signature, U, fields, ["12346"]);
        });

    private static IEnumerable<KeyValuePair<string, string>> Fields(string text) =>
        text.Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], pair[1]));
}
