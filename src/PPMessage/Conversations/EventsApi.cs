using System.Globalization;
using Microsoft.AspNetCore.Http;
using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary><c>GET /api/events</c>: what changed since a cursor, long-polled.</summary>
internal sealed class EventsApi(ChangeFeed feed, FeedSignal signal, TimeProvider time)
{
    /// <summary>Well below the 230 s after which Azure's front end gives up.</summary>
    public const int LongestWaitSeconds = 60;

    private const int MostChanges = 200;

    /// <summary>How often other instances' changes are looked for while a reader waits.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Without <c>after</c>: nothing but the cursor of this moment.</summary>
    public async Task<IResult> GetAsync(HttpContext context, CancellationToken cancellation)
    {
        var (after, wait) = (context.Request.Query["after"].ToString(), context.Request.Query["wait"].ToString());
        var seconds = 0;
        if (wait.Length > 0 && (!int.TryParse(wait, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds > LongestWaitSeconds))
            return Problems.Invalid("wait", $"must be a number of seconds from 0 to {LongestWaitSeconds}");
        if (after.Length == 0) return Answer([], FeedPlace.At(time.GetUtcNow() - FeedMemory.InCursor.Settling));
        if (FeedPlace.Parse(after) is not { } place) return Problems.Invalid("after", "is no cursor of this feed");
        return await WaitAsync(place, time.GetUtcNow().AddSeconds(seconds), cancellation);
    }

    private async Task<IResult> WaitAsync(FeedPlace place, DateTimeOffset until, CancellationToken cancellation)
    {
        while (true)
        {
            // The signal is taken before looking: a change in between wakes us at once.
            var next = signal.Next;
            var step = await feed.ReadAsync(place, FeedMemory.InCursor, _ => true, MostChanges, cancellation);
            var left = until - time.GetUtcNow();
            if (step.Changes.Count > 0 || left <= TimeSpan.Zero) return Answer([.. step.Changes.Select(change => change.Row)], step.Next);
            place = step.Next;
            await Task.WhenAny(next, Task.Delay(left < Look ? left : Look, time, cancellation));
        }
    }

    private static IResult Answer(IReadOnlyList<FeedRow> changes, FeedPlace next) =>
        TypedResults.Json(new ChangesView(changes, next.ToCursor()), ConversationsApiJson.Default.ChangesView);
}
