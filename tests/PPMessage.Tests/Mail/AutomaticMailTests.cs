using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class AutomaticMailTests
{
    [Theory]
    [InlineData("Auto-Submitted: auto-replied")]
    [InlineData("Auto-Submitted: auto-generated; type=x")]
    [InlineData("Precedence: bulk")]
    [InlineData("Precedence: auto_reply")]
    [InlineData("X-Autoreply: yes")]
    [InlineData("List-Id: <news.example.com>")]
    [InlineData("List-Unsubscribe: <https://example.com/u>")]
    [InlineData("Return-Path: <>")]
    [InlineData("X-Envelope-From: <>")]
    [InlineData("From: No Reply <no-reply@example.com>")]
    [InlineData("From: MAILER-DAEMON@example.com")]
    [InlineData("From: postmaster@example.com")]
    [InlineData("Subject: Out of Office: Re: order")]
    [InlineData("Subject: 自动回复:您好")]
    [InlineData("Subject: =?gb2312?B?19S2r7vYuLQ=?=")]
    [InlineData("Subject: Automatische Antwort: Bestellung")]
    [InlineData("Subject: Réponse automatique : commande")]
    public void A_machines_mail_is_told(string header) => Assert.NotNull(Mails.Read($"{header}\n{(header.StartsWith("From", StringComparison.Ordinal) ? "" : "From: anna@example.com\n")}\nx").AutomaticBecause);

    [Theory]
    [InlineData("Auto-Submitted: no")]
    [InlineData("X-Auto-Response-Suppress: All")]
    [InlineData("Return-Path: <anna@example.com>")]
    [InlineData("Subject: Re: your automatic reply")]
    [InlineData("Precedence: first-class")]
    public void A_persons_mail_is_none(string header) => Assert.Null(Mails.Read($"From: anna@example.com\n{header}\n\nx").AutomaticBecause);
}
