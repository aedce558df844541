using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Conversations;
using PPMessage.Http;

namespace PPMessage.Webhooks;

/// <summary><c>/api/webhooks</c>: where the change feed is pushed to.</summary>
internal sealed class WebhooksApi(
    WebhookStore store, WebhookSecrets secrets, WebhookClock clock, CallReceiver call, Idempotency idempotency, AuditLog audit, PPMessageOptions options, TimeProvider time)
{
    /// <summary>Each is served every five seconds.</summary>
    public const int MostWebhooks = 20;

    private const int LongestName = 100;
    private const int LongestEvent = 50;

    // How often a change is tried anew when others change the same webhook, or deliver to it, at the same time.
    private const int Tries = 8;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, Webhook.IdPrefix, out var page, out var problem)) return problem;
        var left = (await store.AllAsync(cancellation)).All.SkipWhile(stored => page.Cursor is not null && string.CompareOrdinal(stored.Webhook.Id, page.Cursor) <= 0).ToList();
        var items = left.Take(page.Limit).Select(View).ToList();
        return TypedResults.Json(new Page<WebhookView>(items, left.Count > items.Count ? items[^1].Id : null), WebhookJson.Default.PageWebhookView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? Ok(context, found.Webhook, found.State) : None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var settings = Read(fields, null);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), settings, scope, cancellation), cancellation);
    }

    /// <summary>Another URL, and switching it on, make it try at once, as if nothing had failed.</summary>
    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (!ETags.Matches(context, found.Webhook.Version)) return Problems.Stale();
            var settings = Read(fields, found.Webhook);
            if (fields.Problem() is { } mistakes) return mistakes;
            var before = found.Webhook;
            var after = settings.ApplyTo(before) with { UpdatedAt = time.GetUtcNow(), Version = before.Version + 1 };
            if (settings.Enabled || fields.Has("enabled")) after = after with { DisabledReason = null };
            var changes = WebhookAudit.Between(before, after);
            if (changes.Count == 0 && after.DisabledReason == before.DisabledReason) return Ok(context, before, found.State);
            var wakes = after.Enabled && (!before.Enabled || after.Url != before.Url);
            var state = wakes ? found.State.Forgiven() : found.State;
            if (!await store.ReplaceAsync(found, after, state, wakes ? await clock.PutAsync(cancellation) : null, cancellation)) continue;
            await audit.WriteAsync(context.Caller().Key, "webhook.changed", id, after.Name, changes);
            return Ok(context, after, state);
        }

        return Busy();
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        Webhook? gone = null;
        for (var i = 0; i < Tries; i++)
        {
            // Gone after a try of ours: it took effect, and its answer was lost.
            if (await store.FindAsync(id, cancellation) is not { } found) return gone is null ? None() : await DeletedAsync(context, gone);
            if (!ETags.Matches(context, found.Webhook.Version)) return Problems.Stale();
            gone = found.Webhook;
            if (await store.DeleteAsync(found, cancellation)) return await DeletedAsync(context, gone);
        }

        return Busy();
    }

    private async Task<IResult> DeletedAsync(HttpContext context, Webhook webhook)
    {
        await audit.WriteAsync(context.Caller().Key, "webhook.deleted", webhook.Id, webhook.Name, WebhookAudit.Between(webhook, null));
        return TypedResults.NoContent();
    }

    public Task<IResult> RotateAsync(HttpContext context, string id, CancellationToken cancellation) =>
        idempotency.RunAsync(context, default, _ => RotateAsync(context.Caller(), id, cancellation), cancellation);

    /// <summary>One <c>ping</c>, now, be it switched off or failing; nothing of it is remembered.</summary>
    public async Task<IResult> TestAsync(string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found) return None();
        var now = time.GetUtcNow();
        var answer = await call(found.Webhook, WebhookDelivery.IdPrefix + Ids.NewUlid(now), WebhookBody.OfPing(found.Webhook, now), cancellation);
        var message = answer.Error ?? $"It answered {answer.Status} within {answer.DurationMs} ms: it works.";
        return TypedResults.Json(new PingAnswer(answer.Error is null, answer.Status == 0 ? null : answer.Status, answer.DurationMs, answer.Body, message), WebhookJson.Default.PingAnswer);
    }

    public async Task<IResult> DeliveriesAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (await store.FindAsync(id, cancellation) is not { } found) return None();
        var attempts = found.State.Attempts.ToList();
        var begin = page.Cursor is null ? 0 : attempts.FindIndex(attempt => attempt.Cursor == page.Cursor) + 1;
        if (page.Cursor is not null && begin == 0) return Problems.Invalid("cursor", "is none that this list gave, or too old: begin anew");
        var items = attempts.Skip(begin).Take(page.Limit).ToList();
        return TypedResults.Json(new Page<Attempt>(items, begin + items.Count < attempts.Count ? items[^1].Cursor : null), WebhookJson.Default.PageAttempt);
    }

    private async Task<Outcome> CreateAsync(Caller caller, WebhookSettings settings, RequestScope scope, CancellationToken cancellation)
    {
        if (!secrets.CanWrap) return Outcome.Refused(NoSecretsKey());
        var (id, secret) = (Webhook.IdPrefix + scope.NewUlid(), WebhookSignature.Draw());
        var others = (await store.AllAsync(cancellation)).All.Count(stored => stored.Webhook.Id != id);
        // Whoever makes the last ones at the same moment may get in together.
        if (others >= MostWebhooks) return Outcome.Refused(Problems.Unprocessable($"There are {MostWebhooks} webhooks, and there can be no more: delete one (DELETE /api/webhooks/{{id}}), or let one receiver hand on to others."));
        var webhook = settings.ApplyTo(new Webhook { Id = id, Name = string.Empty, Url = string.Empty, Secret = secrets.Wrap(id, secret), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt });
        var state = new WebhookState { Place = FeedPlace.At(time.GetUtcNow()) };
        var made = await store.CreateAsync(webhook, state, webhook.Enabled ? await clock.PutAsync(cancellation) : null, cancellation);
        var stands = made ? new(webhook, string.Empty, state, string.Empty) : await store.FindAsync(id, cancellation);
        if (stands is null) return Outcome.Refused(Busy());

        // When an earlier try of this request made it, its secret was never shown and can only be drawn anew.
        await audit.WriteAsync(caller.Key, "webhook.created", id, webhook.Name, WebhookAudit.Between(null, webhook));
        return new Outcome(Created(stands, made ? secret : null), Created(stands, null));
    }

    private async Task<Outcome> RotateAsync(Caller caller, string id, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return Outcome.Refused(None());
            if (!secrets.CanWrap) return Outcome.Refused(NoSecretsKey());
            var secret = WebhookSignature.Draw();
            var after = secrets.Rotate(found.Webhook, secret);
            if (!await store.ReplaceAsync(found, after, found.State, null, cancellation)) continue;
            await audit.WriteAsync(caller.Key, "webhook.secret_rotated", id, after.Name, WebhookAudit.SecretChanged);
            return new Outcome(Rotated(after, found.State, secret), Rotated(after, found.State, null));
        }

        return Outcome.Refused(Busy());
    }

    private WebhookSettings Read(Fields fields, Webhook? current)
    {
        var settings = new WebhookSettings(
            fields.Text("name", current?.Name, LongestName), fields.Text("url", current?.Url, PublicUrl.Longest), Events(fields, current?.Events ?? []), fields.Flag("enabled", current?.Enabled ?? true));
        if (fields.Has("url") && settings.Url.Length > 0 && PublicUrl.Mistake(settings.Url, options.PublicBaseUrl.IsLoopback) is { } mistake) fields.Refuse("url", mistake);
        return settings;
    }

    private static IReadOnlyList<ChangeType> Events(Fields fields, IReadOnlyList<ChangeType> current)
    {
        if (!fields.Has("events")) return current;
        var events = new List<ChangeType>();
        foreach (var word in fields.Texts("events", [], Words<ChangeType>.All.Count(), LongestEvent))
            if (Words<ChangeType>.TryParse(word, out var type)) events.Add(type);
            else fields.Refuse("events", $"must be some of: {string.Join(", ", Words<ChangeType>.All)}; none: all of them");
        return events;
    }

    private WebhookView View(StoredWebhook stored) => WebhookView.Of(stored.Webhook, stored.State, time.GetUtcNow());

    private IResult Ok(HttpContext context, Webhook webhook, WebhookState state) =>
        ETags.Ok(context, WebhookView.Of(webhook, state, time.GetUtcNow()), WebhookJson.Default.WebhookView, webhook.Version);

    private Answer Created(StoredWebhook stored, string? secret) =>
        Answer.Created($"/api/webhooks/{stored.Webhook.Id}", stored.Webhook.Version, new WebhookWithSecret(View(stored), secret), WebhookJson.Default.WebhookWithSecret);

    private Answer Rotated(Webhook webhook, WebhookState state, string? secret) =>
        Answer.Ok(webhook.Version, new WebhookWithSecret(WebhookView.Of(webhook, state, time.GetUtcNow()), secret), WebhookJson.Default.WebhookWithSecret);

    private static IResult None() => Problems.NotFound("There is no such webhook.");

    private static IResult Busy() => Problems.Conflict("Others change this webhook at the same time: try again.");

    private static IResult NoSecretsKey() =>
        Problems.NotConfigured($"Secrets can't be stored: the setting PPMessage__SecretsKey is missing or has fewer than {PPMessageOptions.ShortestSecretsKey} characters.");
}

/// <summary>What clients can change.</summary>
internal sealed record WebhookSettings(string Name, string Url, IReadOnlyList<ChangeType> Events, bool Enabled)
{
    public Webhook ApplyTo(Webhook webhook) => webhook with { Name = Name, Url = Url, Events = Events, Enabled = Enabled };
}
