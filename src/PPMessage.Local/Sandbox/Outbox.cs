namespace PPMessage.Local.Sandbox;

/// <summary>Takes messages on and carries them to the phone: queued, sent, delivered, each told to the StatusCallback.</summary>
internal sealed class Outbox(
    SandboxState state, CallbackCaller caller, Misbehaviours misbehaviours, Background background, SandboxOptions options, TimeProvider time)
{
    /// <summary>What Twilio puts before the texts of trial accounts.</summary>
    public const string TrialPrefix = "Sent from your Twilio trial account - ";

    /// <summary>The message as the POST answers it; the rest happens afterwards, or before when that is what goes wrong.</summary>
    public async Task<SandboxMessage> SendAsync(SandboxAccount account, SendRequest request, SandboxNumber number)
    {
        var plan = misbehaviours.TakeDelivery();
        var message = Accept(account, request, number, "outbound-api");
        if (plan.BeforeAnswer) await CarryAsync(message.Sid, request, number, plan, background.Stopping);
        else background.Run(stopping => CarryAsync(message.Sid, request, number, plan, stopping));
        return message;
    }

    /// <summary>A <c>&lt;Message&gt;</c> of an answer in TwiML; a contact who has opted out gets none.</summary>
    public void Reply(SandboxAccount account, SendRequest request, SandboxNumber number)
    {
        if (state.IsBlocked(number.Sender, request.To)) return;
        var message = Accept(account, request, number, "outbound-reply");
        background.Run(stopping => CarryAsync(message.Sid, request, number, new DeliveryPlan(), stopping));
    }

    private SandboxMessage Accept(SandboxAccount account, SendRequest request, SandboxNumber number, string direction)
    {
        var now = time.GetUtcNow();
        var body = account.Type == "Trial" ? TrialPrefix + request.Body : request.Body;
        var byService = request.ServiceSid.Length > 0;
        var message = new SandboxMessage
        {
            Sid = Sids.New(request.MediaUrls.Count > 0 ? "MM" : "SM"),
            AccountSid = account.Sid,
            From = byService && request.From.Length == 0 ? null : number.PhoneNumber,
            To = request.To,
            Body = body,
            Direction = direction,
            Status = byService ? "accepted" : "queued",
            Segments = byService ? 0 : Segments.Count(body),
            Media = [.. request.MediaUrls.Select(_ => new SandboxMedia(Sids.New("ME"), "application/octet-stream", [], now))],
            MessagingServiceSid = byService ? request.ServiceSid : null,
            StatusCallback = request.StatusCallback.Length > 0 ? request.StatusCallback : null,
            CreatedAt = now,
            UpdatedAt = now,
        };
        state.Add(message);
        return message;
    }

    private async Task CarryAsync(string sid, SendRequest request, SandboxNumber number, DeliveryPlan plan, CancellationToken cancellation)
    {
        var teller = new StatusTeller(state, caller, plan, time);
        var due = state.Message(sid)!.CreatedAt;
        var media = await FetchAsync(request.MediaUrls, cancellation);
        foreach (var step in Delivery.Steps(request, media is null ? Delivery.MediaLost : plan.Final, options))
        {
            // By the clock, not from here: whoever moves a clock need not know how far this has come.
            due += step.After;
            if (due - time.GetUtcNow() is var left && left > TimeSpan.Zero) await Task.Delay(left, time, cancellation);
            var message = state.Change(sid, current => Delivery.Advance(current, step, number, media ?? [], time.GetUtcNow()))!;
            if (message.Status == "canceled") break;
            if (step.Received) state.Receive(message.To, Received(message));
            await teller.TellAsync(message, cancellation);
        }

        await teller.EndAsync(cancellation);
    }

    /// <summary>Null when one of them can't be had.</summary>
    private async Task<IReadOnlyList<SandboxMedia>?> FetchAsync(IReadOnlyList<string> urls, CancellationToken cancellation)
    {
        try
        {
            return await Task.WhenAll(urls.Select(url => caller.FetchAsync(url, time.GetUtcNow(), cancellation)));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private ReceivedText Received(SandboxMessage message) =>
        new(message.Sid, message.From!, message.Body, message.Status, Automatic: false, [.. message.Media.Select(media => media.ContentType)], time.GetUtcNow());
}
