using System.Globalization;

namespace PPMessage.Local.Sandbox;

/// <summary>Tells the StatusCallback of one message how it goes, in order and once each unless the plan says otherwise.</summary>
internal sealed class StatusTeller(SandboxState state, CallbackCaller caller, DeliveryPlan plan, TimeProvider time)
{
    private readonly PlannedCalls _calls = new(plan, time);

    public async Task TellAsync(SandboxMessage message, CancellationToken cancellation)
    {
        if (message.StatusCallback is not { } url) return;
        var callback = new Callback("status", url, "POST", Fields(message), state.Account(message.AccountSid)!.AuthToken);
        await _calls.MakeAsync(stopping => caller.CallAsync(callback, stopping), cancellation);
    }

    /// <summary>Makes the calls that were held back.</summary>
    public Task EndAsync(CancellationToken cancellation) => _calls.EndAsync(cancellation);

    private List<KeyValuePair<string, string>> Fields(SandboxMessage message)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("MessageSid", message.Sid), new("SmsSid", message.Sid), new("MessageStatus", message.Status), new("SmsStatus", message.Status),
            new("AccountSid", message.AccountSid), new("From", message.From ?? ""), new("To", message.To), new("ApiVersion", "2010-04-01"),
        ];
        if (message.MessagingServiceSid is { } service) fields.Add(new("MessagingServiceSid", service));
        if (message.ErrorCode is { } code) fields.Add(new("ErrorCode", code.ToString(CultureInfo.InvariantCulture)));
        if (message.ErrorMessage is { } text) fields.Add(new("ErrorMessage", text));
        if (message.Status is "delivered" or "undelivered")
            fields.Add(new("RawDlrDoneDate", time.GetUtcNow().ToString("yyMMddHHmm", CultureInfo.InvariantCulture)));
        return fields;
    }
}
