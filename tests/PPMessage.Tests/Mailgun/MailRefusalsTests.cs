using CsCheck;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailRefusalsTests
{
    [Theory]
    // QQ and Tencent's mail for companies: the address is fine.
    [InlineData("550 Ip frequency limited [MIu7lxFoJM0aJ7Bp IP: 198.61.254.9]. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000725", "550", "a@qq.com", "ForNow")]
    [InlineData("550 Connection frequency limited. http://service.mail.qq.com/cgi-bin/help?subtype=1&&no=1000722", "550", "a@qq.com", "ForNow")]
    [InlineData("550 Domain frequency limited", "550", "a@vip.qq.com", "ForNow")]
    [InlineData("550 Sender frequency limited [OK4vY]", "550", "a@foxmail.com", "ForNow")]
    [InlineData("550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726", "550", "a@qq.com", "ForNow")]
    [InlineData("550 Mailbox unavailable or access denied [Mu4]", "550", "a@qq.com", "ForNow")]
    [InlineData("550 Suspected spam sender", "550", "a@qq.com", "ForNow")]
    [InlineData("550 Suspected spam IP [x]. https://service.mail.qq.com/detail/122/595", "550", "a@company.cn", "ForNow")]
    // 163, 126.
    [InlineData("554 DT:SPM 163 mx15,QMCowEB5kEG, please see http://mail.163.com/help/help_spam_16.htm?ip=1.2.3.4", "554", "a@163.com", "ForNow")]
    [InlineData("554 HL:REP 163 mx9", "554", "a@126.com", "ForNow")]
    [InlineData("553 RP:TRC 126 mx11", "553", "a@126.com", "ForNow")]
    [InlineData("554 MI:SPB yeah mx1", "554", "a@yeah.net", "ForNow")]
    // Gmail, Outlook and others.
    [InlineData("550-5.7.1 [198.61.254.9] Our system has detected that this message is likely unsolicited mail.", "5.7.1", "a@gmail.com", "ForNow")]
    [InlineData("552-5.2.2 The email account that you tried to reach is over quota", "5.2.2", "a@gmail.com", "ForNow")]
    [InlineData("550 5.7.1 Unfortunately, messages from [1.2.3.4] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).", "5.7.1", "a@hotmail.com", "ForNow")]
    [InlineData("550 5.7.606 Access denied, banned sending IP [1.2.3.4]", "5.7.606", "a@company.com", "ForNow")]
    [InlineData("554 5.7.1 Service unavailable; Client host [1.2.3.4] blocked using zen.spamhaus.org", "5.7.1", "a@b.de", "ForNow")]
    [InlineData("451 4.7.1 Greylisting in action, please come back later", "451", "a@b.de", "ForNow")]
    [InlineData("Too old", "602", "a@b.de", "ForNow")]
    [InlineData("", "450", "a@b.de", "ForNow")]
    // The mailbox does not exist.
    [InlineData("550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&no=1000728", "550", "a@qq.com", "DeadAddress")]
    [InlineData("550 The recipient may contain a non-existent account, please check the recipient address.", "550", "a@qq.com", "DeadAddress")]
    [InlineData("550 User not found: a@163.com", "550", "a@163.com", "DeadAddress")]
    [InlineData("550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking", "5.1.1", "a@gmail.com", "DeadAddress")]
    [InlineData("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", "550", "a@hotmail.com", "DeadAddress")]
    [InlineData("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "5.1.10", "a@company.com", "DeadAddress")]
    [InlineData("550 5.1.1 <a@b.de>: Recipient address rejected: User unknown in local recipient table", "550", "a@b.de", "DeadAddress")]
    [InlineData("550 No such user here", "550", "a@b.de", "DeadAddress")]
    [InlineData("smtp; 550 #5.1.1 rejected", "550", "a@b.de", "DeadAddress")]
    [InlineData("", "5.1.1", "a@b.de", "DeadAddress")]
    // Nothing is known about the address.
    [InlineData("550 DMARC check failed", "550", "a@qq.com", "Other")]
    [InlineData("550-5.7.26 This mail is unauthenticated, which poses a security risk", "5.7.26", "a@gmail.com", "Other")]
    [InlineData("550 Mail is rejected by recipients", "550", "a@qq.com", "Other")]
    [InlineData("550 Requested action not taken: mailbox unavailable", "550", "a@b.de", "Other")]
    [InlineData("550 5.4.1 Recipient address rejected: Access denied", "5.4.1", "a@company.com", "Other")]
    [InlineData("501 Bad address syntax", "501", "a@qq.com", "Other")]
    [InlineData("550 Administrative prohibition by smtp.corp: policy", "550", "a@b.de", "Other")]
    [InlineData("No MX for nowhere.example", "498", "a@nowhere.example", "Other")]
    [InlineData("", null, null, "Other")]
    public void A_hosts_words_say_what_became_of_the_address(string words, string? code, string? recipient, string kind) =>
        Assert.Equal(kind, MailRefusals.Of(words, code, recipient, null).Kind.ToString());

    [Fact]
    public void What_was_refused_for_now_is_explained_in_plain_words() => Assert.Equal(
        "QQ refused it for now (IP frequency limited). The address is not dead. Mailgun may have put it on its bounce list: lift the suppression, then send again later.",
        MailRefusals.Of("550  Ip frequency\r\n limited", "550", "a@qq.com", null).Sentence);

    [Theory]
    [InlineData("a@qq.com", null, "QQ")]
    [InlineData("a@FOXMAIL.com", null, "QQ")]
    [InlineData("a@company.cn", "mxbiz1.qq.com", "QQ")]
    [InlineData("a@vip.163.com", null, "163")]
    [InlineData("a@company.com", "company-com.mail.protection.outlook.com", "Outlook")]
    [InlineData("a@company.com", "aspmx.l.google.com", "Gmail")]
    [InlineData("a@company.com", null, "company.com")]
    [InlineData(null, null, "The recipient's mail host")]
    public void Hosts_are_called_by_the_names_that_people_know(string? recipient, string? mx, string name) => Assert.Equal(name, MailRefusals.HostOf(recipient, mx));

    [Fact]
    public void Any_words_have_a_meaning() =>
        Gen.Select(Gen.String, Gen.String.Null(), Gen.String.Null(), Gen.String.Null()).Sample((words, code, to, mx) => MailRefusals.Of(words, code, to, mx).Sentence.Length > 0);
}
