namespace PPMessage.Contacts;

/// <summary>What campaigns have asked of two contacts who are one person. Pure.</summary>
internal static class StandingMerge
{
    /// <summary>
    /// The two's together. What was taken over before is not counted twice: only what the former one has got since is added. The same object when nothing is new.
    /// </summary>
    public static Standing Of(string formerId, Standing former, Standing into)
    {
        var own = former with { Taken = null };
        var before = into.Taken?.FirstOrDefault(taken => taken.ContactId == formerId)?.Standing ?? Standing.None;
        if (Same(own, before)) return into;
        return into with
        {
            Touches = [.. into.Touches.Union(own.Touches.Except(before.Touches)).OrderBy(touch => touch.At).TakeLast(Standing.MostTouches)],
            Receipts = Receipts(own.Receipts, before.Receipts, into.Receipts),
            // Whoever the former one had taken over itself is in its own by now.
            Taken = [.. (into.Taken ?? []).Where(taken => taken.ContactId != formerId).UnionBy(former.Taken ?? [], taken => taken.ContactId), new(formerId, own)],
        };
    }

    /// <summary>The former one's is gone: nothing of it can come twice.</summary>
    public static Standing Done(string formerId, Standing into)
    {
        if (into.Taken?.Any(taken => taken.ContactId == formerId) != true) return into;
        StandingPart[] left = [.. into.Taken.Where(taken => taken.ContactId != formerId)];
        return into with { Taken = left.Length == 0 ? null : left };
    }

    private static CampaignReceipt[] Receipts(IReadOnlyList<CampaignReceipt> former, IReadOnlyList<CampaignReceipt> before, IReadOnlyList<CampaignReceipt> into)
    {
        var news = former.Select(receipt => receipt with { Times = receipt.Times - (before.FirstOrDefault(had => had.CampaignId == receipt.CampaignId)?.Times ?? 0) }).Where(receipt => receipt.Times > 0);
        return [.. into.Concat(news).GroupBy(receipt => receipt.CampaignId).Select(Sum).OrderBy(receipt => receipt.At).TakeLast(Standing.MostReceipts)];
    }

    private static CampaignReceipt Sum(IEnumerable<CampaignReceipt> same) => same.Aggregate((one, other) => one with { Times = one.Times + other.Times, At = one.At > other.At ? one.At : other.At });

    private static bool Same(Standing one, Standing other) => one.Touches.SequenceEqual(other.Touches) && one.Receipts.SequenceEqual(other.Receipts);
}
