namespace PPMessage.Benchmarks;

/// <summary>What comes in: texts or mails, of the same people with the same words.</summary>
/// <param name="Calls">The store's part of it.</param>
/// <param name="As">Whose it is and by which id it is known.</param>
/// <param name="Request">As the provider posts it.</param>
internal sealed record Traffic(string Unit, Func<Task<InboundCalls>> Calls, Func<Sms, Sms> As, Func<Workspace, Sms, byte[]> Request)
{
    public static readonly Traffic Texts = new("SMS", InboundCalls.OfTextsAsync, text => text, (workspace, text) => workspace.Inbound(text));

    public static readonly Traffic Mails = new("mail", InboundCalls.OfMailsAsync, AsMail, (workspace, mail) => workspace.Mail(mail));

    /// <summary>Texts that a flow answers.</summary>
    public static readonly Traffic FlowStarts = new("flow start", InboundCalls.OfFlowsAsync, text => text, (workspace, text) => workspace.Inbound(text));

    /// <summary>The text as a mail: a Message-Id for its SID, a mailbox for its number.</summary>
    public static Sms AsMail(Sms text) => new($"{text.Sid.ToLowerInvariant()}@example.com", $"c{text.From[1..]}@example.com", text.Text);
}
