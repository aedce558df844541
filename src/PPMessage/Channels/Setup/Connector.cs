using PPMessage.Audit;

namespace PPMessage.Channels.Setup;

/// <summary>What became of connecting or disconnecting.</summary>
internal abstract record ConnectOutcome
{
    private ConnectOutcome() { }

    internal sealed record Done(bool Ok, IReadOnlyList<PlaceChange> Changes, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Problems) : ConnectOutcome;

    /// <summary>Somebody else's stand there; nothing was written.</summary>
    internal sealed record Taken(IReadOnlyList<Place> Places) : ConnectOutcome;

    /// <param name="Why">For people, with what was changed all the same.</param>
    internal sealed record Refused(string Why) : ConnectOutcome;
}

/// <summary>
/// Writes our URLs at the provider and takes them out again: survey, record of what stood there, write, read back, audit. Who dies in between, or hears of a
/// failure, asks again: each step is idempotent, and the record keeps what stood there first.
/// </summary>
internal sealed class Connector(ConnectionStore connections, AuditLog audit, PPMessageOptions options, TimeProvider time)
{
    private const string Busy = "Others connect or disconnect this channel at the same time: try again.";

    /// <param name="overwrite">Whether somebody else's may be replaced.</param>
    public async Task<ConnectOutcome> ConnectAsync(string who, Channel channel, IChannelSetup setup, bool overwrite, CancellationToken cancellation)
    {
        var survey = await setup.SurveyAsync(channel, cancellation);
        if (survey.Problem is { } problem) return Unasked(problem);
        var missing = survey.Places.Where(place => !place.IsConnected).ToList();
        var taken = missing.Where(place => place.Holder == PlaceHolder.Foreign).ToList();
        if (taken.Count > 0 && !overwrite) return new ConnectOutcome.Taken(taken);
        if (missing.Count > 0)
        {
            var earlier = await connections.FindAsync(channel.Id, cancellation);
            var record = Connection.With(earlier?.Connection, missing, who, time.GetUtcNow());
            if (!await connections.SaveAsync(channel.Id, earlier, record, cancellation)) return new ConnectOutcome.Refused(Busy);
        }

        var written = await WriteAsync(channel, setup, survey, [.. missing.Select(place => Wish.Of(place, place.Wanted))], isConnecting: true);
        return await ToldAsync(who, "channel.connected", channel, written, []);
    }

    public async Task<ConnectOutcome> DisconnectAsync(string who, Channel channel, IChannelSetup setup, CancellationToken cancellation)
    {
        var record = await connections.FindAsync(channel.Id, cancellation);
        var survey = await setup.SurveyAsync(channel, cancellation);
        if (survey.Problem is { } problem) return Unasked(problem);
        var undoing = Undoing.Of(survey.Places, record?.Connection);
        var written = await WriteAsync(channel, setup, survey, undoing.Wishes, isConnecting: false);
        var told = await ToldAsync(who, "channel.disconnected", channel, written, undoing.Left);
        if (told is not ConnectOutcome.Done { Ok: true } done || record is null || await connections.DeleteAsync(channel.Id, record, CancellationToken.None)) return told;
        return done with { Ok = false, Problems = [.. done.Problems, Busy] };
    }

    private static ConnectOutcome.Refused Unasked(string problem) => new($"{Sentence(problem)} Nothing was changed.");

    // Once writing has begun nobody's going away stops it: what was changed must be told.
    private static async Task<Written> WriteAsync(Channel channel, IChannelSetup setup, Survey before, IReadOnlyList<Wish> wishes, bool isConnecting)
    {
        if (wishes.Count == 0) return new Written([], [.. before.Places.Select(place => place.Name)], [], null);
        var refusal = await setup.WriteAsync(channel, wishes, CancellationToken.None);
        var after = await setup.SurveyAsync(channel, CancellationToken.None);
        if (after.Problem is { } blind) return Blind(before, wishes, refusal, blind);
        var changes = before.Places.Select(place => new PlaceChange(place.Name, place.Stands, Find(after, place.Name, place.Resource)?.Stands)).ToList();
        var changed = changes.Where(change => change.Before != change.After).ToList();
        var missed = wishes.Select(wish => (Wish: wish, Place: Find(after, wish.Place, wish.Resource))).Where(one => !Holds(one.Wish, one.Place, isConnecting))
            .Select(one => $"{one.Wish.Place} holds {one.Place?.Stands ?? "nothing"}, not {one.Wish.Value ?? "nothing"} as it should.").ToList();
        return new Written(changed, [.. changes.Except(changed).Select(change => change.Place)], missed, missed.Count == 0 ? null : refusal);
    }

    // In a list others may come and go at any time: what is asked of it is whether ours is there, or gone.
    private static bool Holds(Wish wish, Place? place, bool isConnecting) =>
        place?.Stands == wish.Value || (place is { IsShared: true } && (isConnecting ? place.IsConnected : place.Holder != PlaceHolder.Ours));

    private static Written Blind(Survey before, IReadOnlyList<Wish> wishes, string? refusal, string blind) => new(
        refusal is null ? [.. wishes.Select(wish => new PlaceChange(wish.Place, before.Places.First(place => place.Name == wish.Place).Stands, wish.Value))] : [],
        [.. before.Places.Select(place => place.Name).Except(wishes.Select(wish => wish.Place))],
        [$"What was written could not be read back, so it may not stand there: {Sentence(blind)} Ask again."],
        refusal,
        IsBlind: true);

    private async Task<ConnectOutcome> ToldAsync(string who, string action, Channel channel, Written written, IReadOnlyList<string> left)
    {
        if (written.Changes.Count > 0) await audit.WriteAsync(who, action, channel.Id, new AuditWords(new HookUrls(options.PublicBaseUrl, channel, [])).Of(written.Changes));
        if (written.Refusal is null) return new ConnectOutcome.Done(written.Holds, written.Changes, written.Unchanged, [.. written.Missed, .. left]);
        var changed = written.IsBlind ? "Whether anything was changed could not be read back: ask again."
            : written.Changes.Count == 0 ? "Nothing was changed."
            : $"Changed before that: {string.Join(", ", written.Changes.Select(change => change.Place))}.";
        return new ConnectOutcome.Refused($"{Sentence(written.Refusal)} {changed}");
    }

    private static Place? Find(Survey survey, string name, string? resource) => survey.Places.FirstOrDefault(place => place.Name == name && place.Resource == resource);

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    /// <param name="Missed">What was wished and does not stand there.</param>
    /// <param name="Refusal">The provider's, where it mattered.</param>
    private sealed record Written(
        IReadOnlyList<PlaceChange> Changes, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Missed, string? Refusal, bool IsBlind = false)
    {
        public bool Holds => Missed.Count == 0;
    }
}
