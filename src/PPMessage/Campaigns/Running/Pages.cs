namespace PPMessage.Campaigns.Running;

/// <summary>Those of a page who are in the segment, in order, without their standings.</summary>
/// <param name="Numbers">For each of them, how many of the page were looked at up to it, itself included.</param>
/// <param name="Evaluated">How many were looked at.</param>
/// <param name="Next">The contact to go on behind; null: the bucket has no more.</param>
internal sealed record AddresseePage(IReadOnlyList<Addressee> Addressees, IReadOnlyList<int> Numbers, int Evaluated, string? Next);

/// <summary>
/// Those of a bucket who are in the segment, page by page: the next page is read while the last is decided and written, so that neither waits for the other. What it says of
/// contacts is as old as the work on one page. For one run of a bucket; not thread-safe.
/// </summary>
internal sealed class Pages(Plan plan, string bucket, TimeProvider time)
{
    private readonly Addressing _addressing = new(plan);
    private (string? After, Task<AddresseePage> Page)? _ahead;

    /// <param name="after">The contact to go on behind; null: from the first.</param>
    public async Task<AddresseePage> BehindAsync(string? after, CancellationToken cancellation)
    {
        var page = await (_ahead is { } ahead && ahead.After == after ? ahead.Page : ReadAsync(after, cancellation));
        // On another thread: a store of this process reads on the caller's.
        _ahead = page.Next is { } next ? (next, Task.Run(() => ReadAsync(next, cancellation), cancellation)) : null;
        return page;
    }

    /// <summary>Time passes before the next page is asked for: it is to be read then.</summary>
    public void Forget() => _ahead = null;

    private async Task<AddresseePage> ReadAsync(string? after, CancellationToken cancellation)
    {
        var page = await plan.Segment.ReadAsync(bucket, after, time.GetUtcNow(), withStanding: false, cancellation);
        return new AddresseePage([.. page.Matching.Select(match => _addressing.Of(match.Candidate))], [.. page.Matching.Select(match => match.Number)], page.Evaluated, page.Next);
    }
}
