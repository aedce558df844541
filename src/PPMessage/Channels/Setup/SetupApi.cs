using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PPMessage.Agents;
using PPMessage.Http;

namespace PPMessage.Channels.Setup;

/// <summary><c>/api/channels/{id}/check</c>, <c>connect</c> and <c>disconnect</c>: whether a channel works, and our URLs at its provider. Asked again, each does the same.</summary>
internal sealed class SetupApi(ChannelStore store, SetupChecks checks, Connector connector)
{
    public async Task<IResult> CheckAsync(string id, CancellationToken cancellation)
    {
        var (channel, setup, problem) = await FindAsync(id, cancellation);
        return problem ?? TypedResults.Json(CheckAnswer.Of(await checks.RunAsync(channel!, setup!, cancellation)), SetupJson.Default.CheckAnswer);
    }

    public async Task<IResult> ConnectAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var (overwrite, mistake) = await OverwriteAsync(context, cancellation);
        if (mistake is not null) return mistake;
        var (channel, setup, problem) = await FindAsync(id, cancellation);
        if (problem is not null) return problem;
        if (channel!.Archived) return Problems.Conflict("The channel is archived, so nothing is to be sent to it: make a new one.");
        if (!channel.InboundEnabled) return Problems.Conflict($"The channel's inbound side is off: enable it first (PATCH /api/channels/{id} with inbound.enabled true).");
        var outcome = await connector.ConnectAsync(context.Caller().Key, channel, setup!, overwrite, cancellation);
        return outcome is ConnectOutcome.Done done ? Answer(done, await checks.RunAsync(channel, setup!, cancellation)) : Refusal(outcome);
    }

    public async Task<IResult> DisconnectAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var (channel, setup, problem) = await FindAsync(id, cancellation);
        if (problem is not null) return problem;
        var outcome = await connector.DisconnectAsync(context.Caller().Key, channel!, setup!, cancellation);
        return outcome is ConnectOutcome.Done done ? Answer(done, []) : Refusal(outcome);
    }

    private async Task<(Channel? Channel, IChannelSetup? Setup, IResult? Problem)> FindAsync(string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found) return (null, null, Problems.NotFound("There is no such channel."));
        return checks.SetupOf(found.Channel) is { } setup
            ? (found.Channel, setup, null)
            : (null, null, Problems.Conflict($"Channels of {found.Channel.Provider}/{found.Channel.Kind} can't be checked or connected from here: set them up at the provider."));
    }

    private static async Task<(bool Overwrite, IResult? Mistake)> OverwriteAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }) return (false, null);
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return (false, problem);
        var overwrite = fields.Flag("overwrite", false);
        return (overwrite, fields.Problem());
    }

    private static IResult Answer(ConnectOutcome.Done done, IReadOnlyList<Check> checks) =>
        TypedResults.Json(new ConnectAnswer(done.Ok, done.Changes, done.Unchanged, done.Problems, checks), SetupJson.Default.ConnectAnswer);

    private static IResult Refusal(ConnectOutcome outcome) => outcome switch
    {
        ConnectOutcome.Taken taken => Taken(taken.Places),
        ConnectOutcome.Refused refused => Problems.Conflict(refused.Why),
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no refusal."),
    };

    private static IResult Taken(IReadOnlyList<Place> places) => TypedResults.Problem(
        statusCode: StatusCodes.Status409Conflict,
        title: "Conflict",
        detail: $"Somebody else's stand where ours belong, and nothing was changed: {string.Join("; ", places.Select(place => $"{place.Name} is {place.Stands}{(place.Caution is { } caution ? $" ({caution})" : string.Empty)}"))}. Send {{\"overwrite\":true}} to replace them.",
        extensions: [new("places", JsonSerializer.SerializeToElement([.. places.Select(PlaceView.Of)], SetupJson.Default.IReadOnlyListPlaceView))]);
}
