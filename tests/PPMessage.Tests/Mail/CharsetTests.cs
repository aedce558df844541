using System.Text;
using PPMessage.Mail;
using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class CharsetTests
{
    private const string Chinese = "您好，我的订单还没有收到，请帮我查一下。";

    [Theory]
    [InlineData("gb2312", "gb18030", Chinese)]
    [InlineData("GBK", "gb18030", "我要退货，䶮先生 𠮷野家 €")]
    [InlineData("gb18030", "gb18030", "𠮷野家 😀")]
    [InlineData("\"gb2312\"", "gb18030", Chinese)]
    [InlineData("big5", "big5", "您好，我的訂單還沒有收到")]
    [InlineData("iso-2022-jp", "iso-2022-jp", "注文がまだ届いていません。")]
    [InlineData("shift_jis", "shift_jis", "注文がまだ届いていません。")]
    [InlineData("euc-kr", "euc-kr", "주문이 아직 도착하지 않았습니다")]
    [InlineData("windows-1251", "windows-1251", "Заказ ещё не пришёл")]
    [InlineData("koi8-r", "koi8-r", "Заказ не пришел")]
    [InlineData("windows-1252", "windows-1252", "Größe “M” für 10 €")]
    [InlineData("cp1250", "windows-1250", "Zażółć gęślą jaźń")]
    [InlineData("iso-8859-1", "windows-1252", "Größe “M” für 10 €")]
    [InlineData("iso-8859-15", "iso-8859-15", "10 €")]
    [InlineData("utf-8", "utf-8", Chinese)]
    [InlineData("utf-8", "gb18030", Chinese)]
    [InlineData("gb2312", "utf-8", Chinese)]
    [InlineData("us-ascii", "utf-8", Chinese)]
    [InlineData("us-ascii", "gb18030", Chinese)]
    [InlineData("iso-8859-1", "gb18030", Chinese)]
    [InlineData(null, "gb18030", Chinese)]
    [InlineData(null, "utf-8", "Größe 你")]
    [InlineData(null, "windows-1252", "Größe für Müller")]
    [InlineData("x-unknown", "gb18030", Chinese)]
    [InlineData("x-unknown", "utf-8", Chinese)]
    [InlineData("unicode-1-1-utf-7", "utf-8", "plain")]
    public void A_body_is_read_whatever_its_label_says(string? label, string encoding, string text)
    {
        var type = label is null ? string.Empty : $"Content-Type: text/plain; charset={label}\r\n";
        var mail = Mails.Read([.. Encoding.UTF8.GetBytes($"From: a@example.com\r\n{type}Content-Transfer-Encoding: 8bit\r\n\r\n"), .. Encode(encoding, text)]);

        Assert.Equal(text, mail.FullText);
    }

    [Theory]
    [InlineData("gb18030")]
    [InlineData("utf-8")]
    public void Raw_bytes_in_headers_are_read(string encoding)
    {
        var mail = Mails.Read(Encode(encoding, "From: 张三丰 <zhang@example.com>\r\nSubject: 我的订单还没有收到\r\nContent-Type: application/pdf; name=\"发票.pdf\"\r\n\r\nx"));

        Assert.Equal("我的订单还没有收到", mail.Subject);
        Assert.Equal(new("张三丰", "zhang@example.com"), mail.From);
        Assert.Equal("发票.pdf", Assert.Single(mail.Files).Name);
    }

    [Fact]
    public void Raw_western_bytes_in_headers_are_read() =>
        Assert.Equal("Grüße aus Köln", Mails.Read(Encode("windows-1252", "From: a@example.com\r\nSubject: Grüße aus Köln\r\n\r\nx")).Subject);

    [Theory]
    [InlineData("gb2312")]
    [InlineData("GBK")]
    [InlineData("gb18030")]
    public void Encoded_words_go_beyond_their_label(string label)
    {
        var word = Convert.ToBase64String(Encode("gb18030", "䶮先生 𠮷"));

        Assert.Equal("䶮先生 𠮷", Mails.Read($"From: a@example.com\nSubject: =?{label}?B?{word}?=\n\nx").Subject);
    }

    [Fact]
    public void A_character_cut_in_two_by_encoded_words_is_whole_again()
    {
        var bytes = Encoding.UTF8.GetBytes("我的订单");
        var (first, second) = (Convert.ToBase64String(bytes[..4]), Convert.ToBase64String(bytes[4..]));

        Assert.Equal("我的订单", Mails.Read($"From: a@example.com\nSubject: =?utf-8?B?{first}?=\n =?utf-8?B?{second}?=\n\nx").Subject);
    }

    [Fact]
    public void Control_characters_and_lone_surrogates_do_not_get_in()
    {
        var mail = Mails.Read([.. "From: a@example.com\r\nSubject: a\u0001b\r\nContent-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String([.. Encoding.Unicode.GetBytes("a\0b\u0007\t"), 0x00, 0xD8, (byte)'c', 0]))]);

        Assert.Equal("ab\t\uFFFDc", mail.FullText);
        Assert.Equal("ab", mail.Subject);
    }

    [Fact]
    public void Flowed_lines_are_joined()
    {
        var mail = Mails.Read("From: a@example.com\nContent-Type: text/plain; format=flowed\n\nThis is one \nline.\n From here\n> quoted \n> on\nanswer\n-- \nme");

        Assert.Equal("This is one line.\nFrom here\n> quoted on\nanswer\n-- \nme", mail.FullText);
        Assert.Equal("This is one line.\nFrom here\n\nanswer", mail.Text);
    }

    [Fact]
    public void Flowed_Chinese_loses_the_blank() =>
        Assert.Equal("我的订单", Mails.Read("From: a@example.com\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n我的 \n订单").FullText);

    private static byte[] Encode(string encoding, string text) => Charsets.Named(encoding)!.GetBytes(text);
}
