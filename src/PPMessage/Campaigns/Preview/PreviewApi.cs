using Microsoft.AspNetCore.Http;
using PPMessage.Campaigns.Content;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Schedules;
using PPMessage.Contacts;
using PPMessage.Conversations.Sending;
using PPMessage.Http;
using PPMessage.Segments;

namespace PPMessage.Campaigns.Preview;

/// <summary>A dry run: nothing is sent, nothing stored.</summary>
/// <param name="Exact">Whether everybody was looked at; else it is so among those who were.</param>
/// <param name="Would">How many would get it now.</param>
/// <param name="Deferred">How many later, by reason.</param>
/// <param name="Skipped">How many not, by reason. Who has stopped an address shows only when something is sent there, or when one contact is asked for.</param>
/// <param name="Sample">Some of those who would get it, with what they would get.</param>
internal sealed record PreviewView(
    bool Exact, long Evaluated, long Matched, long Would, IReadOnlyDictionary<string, long> Deferred, IReadOnlyDictionary<string, long> Skipped, IReadOnlyList<PreviewedContact> Sample, IReadOnlyList<string> Warnings);

/// <summary>What one contact would get.</summary>
/// <param name="InSegment">Whether it belongs to the segment now.</param>
/// <param name="Decision"><c>send</c>, <c>defer</c> or <c>skip</c>.</param>
internal sealed record PreviewedContact(
    string ContactId, string? Name, bool InSegment, string Decision, string? Reason, DateTimeOffset? Until, string? Variant, IReadOnlyList<string> Channels, IReadOnlyDictionary<string, PreviewedMessage> Messages);

/// <param name="Mistake">Why it can't be written for this contact.</param>
internal sealed record PreviewedMessage(string? Subject, string? Text, string? Html, string? Mistake);

/// <summary><c>POST /api/campaigns/{id}/preview</c>: who would get it now, who not and why, and what; or that of one contact. The one bounded look through all contacts: two seconds.</summary>
internal sealed class PreviewApi(CampaignStore campaigns, Plans plans, ContactStore contacts, CampaignPost post, TimeProvider time)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private const int Shown = 5;

    // Of a message that there is not.
    private static readonly Uri LinkOfNobody = new("https://example.com/u/preview");

    public async Task<IResult> PreviewAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var contactId = fields.OptionalText("contactId", null, 100);
        if (fields.Problem() is { } mistakes) return mistakes;
        if (await campaigns.FindAsync(id, cancellation) is not { } found) return CampaignsApi.None();
        var now = time.GetUtcNow();
        var due = new Due(now.UtcDateTime, "UTC", now);
        var (plan, why) = await plans.OfAsync(found.Campaign, due, Occurrences.OccurrenceIds.Of(id, due.Key, now), cancellation);
        if (plan is null) return Problems.Unprocessable(why!);
        if (contactId is null) return TypedResults.Json(await LookAsync(plan, now, cancellation), CampaignsApiJson.Default.PreviewView);
        if (await contacts.FindAsync(contactId, cancellation) is not { } contact || await plan.Segment.ReadOneAsync(contact.Contact.Id, withStanding: true, cancellation) is not { } candidate)
            return Problems.Invalid("contactId", "there is no such contact");
        var matches = plan.Segment.Matches(candidate, now);
        var decision = matches ? await HeardAsync(new Deciding(plan, now).Of(new Addressing(plan).Of(candidate)), plan, candidate.Contact, cancellation) : new Decision.Skip(Reasons.NotInSegment);
        var one = Previewed(plan, candidate, matches, decision, now);
        var (send, defer, skip) = (one.Decision == "send", one.Decision == "defer", one.Decision == "skip");
        return TypedResults.Json(
            new PreviewView(true, 1, matches ? 1 : 0, send ? 1 : 0, defer ? Only(one.Reason!) : Only(null), skip ? Only(one.Reason!) : Only(null), [one], Warnings(plan)), CampaignsApiJson.Default.PreviewView);
    }

    /// <summary>Who is asked for by name is told what shows only when something is sent: whether an address has stopped. One operation for each channel.</summary>
    private async Task<Decision> HeardAsync(Decision decision, Plan plan, Contact contact, CancellationToken cancellation)
    {
        if (decision is not Decision.Send { Kinds.Count: > 0 } send) return decision;
        var open = new List<string>();
        foreach (var kind in send.Kinds)
            if (plan.Channels[kind] is var channel && await post.WhyStoppedAsync(channel.Channel, contact.First(channel.Kind.Reaches)!, cancellation) is null) open.Add(kind);
        return open.Count > 0 ? send with { Kinds = open } : new Decision.Skip(Reasons.Suppressed);
    }

    private async Task<PreviewView> LookAsync(Plan plan, DateTimeOffset now, CancellationToken cancellation)
    {
        var (start, look, addressing, deciding) = (time.GetTimestamp(), new Look(), new Addressing(plan), new Deciding(plan, now));
        foreach (var bucket in ContactKeys.AllBuckets())
        {
            string? after = null;
            do
            {
                if (time.GetElapsedTime(start) > Bound) return look.View(false, Warnings(plan));
                var page = await plan.Segment.ReadAsync(bucket, after, now, withStanding: true, cancellation);
                (look.Evaluated, look.Matched) = (look.Evaluated + page.Evaluated, look.Matched + page.Matching.Count);
                var makes = time.GetElapsedTime(start) < Bound / 2;
                foreach (var match in page.Matching) Take(look, plan, match.Candidate, deciding.Of(addressing.Of(match.Candidate)), makes, now);
                after = page.Next;
            }
            while (after is not null);
        }

        return look.View(true, Warnings(plan));
    }

    /// <param name="makes">Whether there is time to make the messages of those who are not shown: what can't be made shows only then.</param>
    private static void Take(Look look, Plan plan, Candidate candidate, Decision decision, bool makes, DateTimeOffset now)
    {
        if (decision is Decision.Defer defer) look.Deferred[defer.Reason] = look.Deferred.GetValueOrDefault(defer.Reason) + 1;
        if (decision is Decision.Skip skip) look.Skipped[skip.Reason] = look.Skipped.GetValueOrDefault(skip.Reason) + 1;
        if (decision is not Decision.Send) return;
        var isShown = look.Sample.Count < Shown;
        if (!makes && !isShown) look.Unmade++;
        else if (Previewed(plan, candidate, true, decision, now) is var shown)
        {
            if (isShown) look.Sample.Add(shown);
            if (shown.Decision == "skip") decision = new Decision.Skip(shown.Reason!);
        }

        if (decision is Decision.Skip unmakeable) look.Skipped[unmakeable.Reason] = look.Skipped.GetValueOrDefault(unmakeable.Reason) + 1;
        else look.Would++;
    }

    private static PreviewedContact Previewed(Plan plan, Candidate candidate, bool matches, Decision decision, DateTimeOffset now)
    {
        var (word, reason, until) = decision switch
        {
            Decision.Defer defer => ("defer", defer.Reason, (DateTimeOffset?)defer.Until),
            Decision.Skip skip => ("skip", skip.Reason, null),
            _ => ("send", (string?)null, null),
        };
        var variant = plan.Variants[plan.VariantOf(candidate.Contact.Id)];
        var channels = decision is Decision.Send send ? send.Kinds : [];
        var messages = variant.Content.ToDictionary(content => content.Key, content => Message(plan, content.Key, content.Value, candidate.Contact, now));
        if (channels.Count > 0 && channels.All(kind => messages[kind].Mistake is not null)) (word, reason, channels) = ("skip", Reasons.Content, []);
        return new PreviewedContact(candidate.Contact.Id, candidate.Contact.Name, matches, word, reason, until, variant.Name, channels, messages);
    }

    private static PreviewedMessage Message(Plan plan, string kind, CompiledContent content, Contact contact, DateTimeOffset now)
    {
        var link = plan.Channels.TryGetValue(kind, out var channel) && channel.Kind.HasSubject ? LinkOfNobody : null;
        var scene = new ContentScene(contact, plan.Campaign, now, link);
        var (made, mistake) = channel is null ? content.Render(scene, Footer.None) : Letters.Render(plan, channel, content, scene);
        return new PreviewedMessage(made?.Subject, made?.Text, made?.Html, mistake);
    }

    private static IReadOnlyList<string> Warnings(Plan plan) =>
        [.. plan.Campaign.Channels.Where(kind => !plan.Channels.ContainsKey(kind)).Select(kind => $"No {kind} channel is active: nothing goes by it until one is.")];

    private static Dictionary<string, long> Only(string? reason) => reason is null ? [] : new() { [reason] = 1 };

    private sealed class Look
    {
        public long Evaluated { get; set; }

        public long Matched { get; set; }

        public long Would { get; set; }

        /// <summary>Of them, those whose messages there was no time to make.</summary>
        public long Unmade { get; set; }

        public Dictionary<string, long> Deferred { get; } = [];

        public Dictionary<string, long> Skipped { get; } = [];

        public List<PreviewedContact> Sample { get; } = [];

        public PreviewView View(bool exact, IReadOnlyList<string> warnings) => new(
            exact, Evaluated, Matched, Would, Deferred, Skipped, Sample,
            Unmade == 0 ? warnings : [.. warnings, $"There was no time to make the messages of {Unmade} of those who would get it: some of them may be skipped for their content."]);
    }
}
