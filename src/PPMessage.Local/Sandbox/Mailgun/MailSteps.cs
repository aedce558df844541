namespace PPMessage.Local.Sandbox.Mailgun;

/// <param name="After">The time since the step before.</param>
internal sealed record MailStep(string Event, TimeSpan After)
{
    /// <summary><c>temporary</c> or <c>permanent</c>, of <c>failed</c>.</summary>
    public string Severity { get; init; } = "";

    public string Reason { get; init; } = "";
    public int Code { get; init; } = 250;
    public string Message { get; init; } = "OK";
    public string Description { get; init; } = "";
    public TimeSpan? RetryAfter { get; init; }
    public int Attempt { get; init; } = 1;
    public bool IsDelayedBounce { get; init; }

    /// <summary>What was followed, of <c>clicked</c>.</summary>
    public string Url { get; init; } = "https://www.example.com/";

    /// <summary>The list that the address is on from now on.</summary>
    public string? Suppresses { get; init; }

    /// <summary>What the webhooks call it.</summary>
    public string Webhook => Event == "failed" ? $"{Severity}_fail" : Event;
}

/// <summary>The life of a mail that was accepted, for one recipient (https://documentation.mailgun.com/docs/mailgun/user-manual/events/events).</summary>
internal static class MailSteps
{
    /// <summary>QQ's words for a sender that it wants to be slower.</summary>
    public const string QqText = "Ip frequency limited [MxSandbox IP: 127.0.0.1]. http://service.mail.qq.com/cgi-bin/help?subtype=1&&no=1000725&&id=20022";

    private static readonly Dictionary<string, (int Code, string Text)> Reasons = new()
    {
        ["bounce"] = (550, "5.1.1 The email account that you tried to reach does not exist"),
        ["suppress-bounce"] = (605, "Not delivering to previously bounced address"),
        ["suppress-unsubscribe"] = (606, "Not delivering to unsubscribed address"),
        ["suppress-complaint"] = (607, "Not delivering to a user who marked your messages as spam"),
        ["old"] = (602, "Too old"),
        ["greylisted"] = (451, "4.7.1 Greylisted, please try again later"),
        ["espblock"] = (421, "4.7.0 Try again later, closing connection"),
    };

    public static IEnumerable<MailStep> Steps(MailPlan plan, string? suppressedBy, MailgunSandboxOptions options)
    {
        yield return new MailStep("accepted", TimeSpan.Zero);
        var failure = suppressedBy is null ? plan.Failure : new MailMisbehaviour(MailMisbehaviour.PermanentFail) { Reason = suppressedBy };
        var after = options.DeliveredAfter;
        if (plan.Deferral is { } deferral && suppressedBy is null)
        {
            yield return Failed("temporary", "generic", deferral, after) with { RetryAfter = deferral.RetryAfter ?? TimeSpan.FromMinutes(10) };
            if (deferral.Then == "permanent") failure ??= new MailMisbehaviour(MailMisbehaviour.PermanentFail) { Reason = "old" };
        }

        var attempt = plan.Deferral is null ? 1 : 2;
        if (failure is not null)
        {
            yield return Permanent(failure, after) with { Attempt = attempt };
            yield break;
        }

        yield return new MailStep("delivered", after) { Attempt = attempt };
        foreach (var next in plan.Afterwards) yield return Afterwards(next, next.By ?? after);
    }

    private static MailStep Permanent(MailMisbehaviour failure, TimeSpan after) => failure.Kind == MailMisbehaviour.QqRefusal
        ? Failed("permanent", "bounce", failure with { Code = failure.Code ?? 550, Message = failure.Message ?? QqText }, after) with { Suppresses = "bounces" }
        : Failed("permanent", "bounce", failure, after) with { Suppresses = failure.Reason is null or "bounce" ? "bounces" : null };

    private static MailStep Failed(string severity, string reason, MailMisbehaviour failure, TimeSpan after)
    {
        var usual = severity == "temporary" ? (Code: 421, Text: "4.7.0 Try again later") : (Code: 550, Text: "5.0.0 Rejected");
        var known = Reasons.GetValueOrDefault(failure.Reason ?? reason, usual);
        var code = failure.Code ?? known.Code;
        var isOwn = code >= 600;
        return new MailStep("failed", after)
        {
            Severity = severity,
            Reason = failure.Reason ?? reason,
            Code = code,
            Message = failure.Message ?? (isOwn ? "" : known.Text),
            Description = isOwn ? known.Text : "",
        };
    }

    private static MailStep Afterwards(MailMisbehaviour next, TimeSpan after) => next.Kind switch
    {
        MailMisbehaviour.DelayedBounce => Failed("permanent", "bounce", next, after) with { IsDelayedBounce = true, Suppresses = "bounces" },
        MailMisbehaviour.Complained => new MailStep("complained", after) { Suppresses = "complaints" },
        MailMisbehaviour.Unsubscribed => new MailStep("unsubscribed", after) { Suppresses = "unsubscribes" },
        _ => new MailStep(next.Kind, after),
    };
}
