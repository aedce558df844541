using System.Globalization;

namespace PPMessage.Local.Sandbox;

/// <summary>What became of a text that a phone wrote.</summary>
/// <param name="Sid">Empty: Twilio has dropped it, and lists it nowhere.</param>
/// <param name="Callbacks">The last attempt of each call; empty when the application was not called.</param>
internal sealed record InboundResult(string Sid, IReadOnlyList<CallbackRecord> Callbacks)
{
    /// <summary>The answer that counted; null when the application was not called.</summary>
    public CallbackRecord? Callback => Callbacks.Count == 0 ? null : Callbacks[0];
}

/// <summary>A phone writes to a number: the resource, Twilio's own opt-out, the callback with its fall-back, and what the answer says.</summary>
internal sealed class InboundTexts(SandboxState state, CallbackCaller caller, Misbehaviours misbehaviours, Outbox outbox, Func<Uri> api, TimeProvider time)
{
    /// <summary>Null when no account has the number.</summary>
    public async Task<InboundResult?> ReceiveAsync(string from, string to, string text, IReadOnlyList<PhoneMedia> media, CancellationToken cancellation)
    {
        if (state.NumberOf(to) is not { } number) return null;
        var target = InboundTarget.Of(number, number.MessagingServiceSid is { } pool ? state.Service(pool) : null);
        if (target is null) return new InboundResult("", []);
        var message = Create(from, number, text, media);
        var optOut = OptOut.Of(text, number);
        if (optOut?.Apply(state, number, from) is { } answer)
            state.Receive(from, new ReceivedText(null, to, answer, "delivered", Automatic: true, [], time.GetUtcNow()));
        var times = target.Url.Length == 0 ? 0 : misbehaviours.TakeInboundTimes();
        var fields = InboundFields.Of(message, number, optOut, api());
        var calls = await Task.WhenAll(Enumerable.Range(0, times).Select(_ => CallAsync(number.AccountSid, target, fields, cancellation)));
        foreach (var call in calls) Obey(call, message, number);
        return new InboundResult(message.Sid, calls);
    }

    private SandboxMessage Create(string from, SandboxNumber number, string text, IReadOnlyList<PhoneMedia> media)
    {
        var now = time.GetUtcNow();
        var message = new SandboxMessage
        {
            Sid = Sids.New(media.Count > 0 ? "MM" : "SM"),
            AccountSid = number.AccountSid,
            From = from,
            To = number.PhoneNumber,
            Body = text,
            Direction = "inbound",
            Status = "received",
            Segments = Segments.Count(text),
            Media = [.. media.Select(file => new SandboxMedia(Sids.New("ME"), file.ContentType, file.Content, now))],
            MessagingServiceSid = number.MessagingServiceSid,
            CreatedAt = now,
            UpdatedAt = now,
            SentAt = now,
        };
        state.Add(message);
        return message;
    }

    private async Task<CallbackRecord> CallAsync(string accountSid, InboundTarget target, List<KeyValuePair<string, string>> fields, CancellationToken cancellation)
    {
        var token = state.Account(accountSid)!.AuthToken;
        var answer = await caller.CallAsync(new Callback("inbound", target.Url, target.Method, fields, token), cancellation);
        var error = answer.Error ?? TwimlAnswer.Read(answer).Error;
        if (error is null || target.FallbackUrl.Length == 0) return answer with { Error = error };
        List<KeyValuePair<string, string>> why =
            [.. fields, new("ErrorCode", error.Value.ToString(CultureInfo.InvariantCulture)), new("ErrorUrl", RetryPolicy.Of(target.Url).Url)];
        return await caller.CallAsync(new Callback("fallback", target.FallbackUrl, target.FallbackMethod, why, token), cancellation);
    }

    private void Obey(CallbackRecord answer, SandboxMessage message, SandboxNumber number)
    {
        if (answer.Error is not null) return;
        foreach (var reply in TwimlAnswer.Read(answer).Messages)
        {
            var request = new SendRequest(reply.To ?? message.From!, number.PhoneNumber, "", reply.Text, reply.MediaUrls, reply.StatusCallback ?? "");
            outbox.Reply(state.Account(number.AccountSid)!, request, number);
        }
    }
}
