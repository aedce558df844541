using System.Text.Json;
using PPMessage.Campaigns.Content;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;
using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Campaigns.Definitions;

/// <summary>A campaign as a client writes it, checked. What is left out stays as it is; a schedule, a content, rules and an A/B test are replaced as a whole. Pure.</summary>
internal sealed class CampaignReading(ChannelKinds kinds, ContentChecks contents)
{
    private const int LongestName = 200;
    private const int LongestId = 100;
    private const int MostVariants = 10;
    private const int HighestWeight = 1000;
    private const int LongestSubject = 500;

    /// <param name="zone">The workspace's: of schedules that name none.</param>
    public Campaign Read(Fields fields, Campaign current, string zone)
    {
        var flowId = fields.Has("flow") ? Flow(fields) : current.FlowId;
        var isMade = current.Id.Length == 0;
        var read = current with
        {
            Name = fields.Text("name", isMade ? null : current.Name, LongestName),
            SegmentId = fields.Text("segmentId", isMade ? null : current.SegmentId, LongestId),
            Schedule = Schedule(fields, current, isMade, zone),
            FlowId = flowId,
            Channels = flowId is null ? Channels(fields, current) : None(fields, "channels"),
            Content = fields.Has("content") ? Content(fields, "content") : current.Content,
            Variants = fields.Has("abTest") ? Variants(fields) : current.Variants,
            Rules = fields.Has("rules") ? Rules(fields.Object("rules")) : current.Rules,
        };
        Check(fields, read);
        return read;
    }

    private static Schedule Schedule(Fields fields, Campaign current, bool isMade, string zone)
    {
        if (fields.Has("schedule")) return ScheduleReading.Read(fields.Object("schedule"), zone);
        if (isMade) fields.Refuse("schedule", "is required");
        return current.Schedule;
    }

    private static string? Flow(Fields fields)
    {
        var flow = fields.Object("flow");
        return fields.Json("flow") is { ValueKind: JsonValueKind.Object } ? flow.Text("flowId", null, LongestId) : null;
    }

    private IReadOnlyList<string> Channels(Fields fields, Campaign current)
    {
        var channels = fields.Texts("channels", current.Channels, kinds.All.Count(), LongestId);
        foreach (var kind in channels.Where(kind => kinds.Reach(kind) is null)) fields.Refuse("channels", $"nothing here can send by {kind}");
        return channels;
    }

    private static IReadOnlyList<string> None(Fields fields, string name)
    {
        if (fields.Texts(name, [], 1, LongestId).Count > 0) fields.Refuse(name, "can't stand beside flow: the flow says by what it sends");
        return [];
    }

    private Dictionary<string, ChannelContent> Content(Fields fields, string name)
    {
        var (content, found) = (fields.Object(name), new Dictionary<string, ChannelContent>());
        if (fields.Json(name) is not { ValueKind: JsonValueKind.Object } all) return found;
        foreach (var entry in all.EnumerateObject())
        {
            if (kinds.Reach(entry.Name) is null) content.Refuse(entry.Name, $"nothing here can send by {entry.Name}");
            else found[entry.Name] = OfKind(content, entry.Name);
            content.Has(entry.Name);
        }

        return found;
    }

    private ChannelContent OfKind(Fields content, string kind)
    {
        var said = content.Object(kind);
        var read = new ChannelContent(said.OptionalText("subject", null, LongestSubject), Text(said, "text"), Text(said, "html"));
        // A text without Liquid is the same for everybody: what can't be sent once can't be sent at all.
        if (CompiledContent.Compile(read, kinds.HasSubject(kind), said.Refuse)?.Literal is { } literal && contents.MistakeOf(kind, literal) is { Field: { } field, Problem: { } problem })
            said.Refuse(field, problem);
        return read;
    }

    // Lines are part of a text, and so is the space around it.
    private static string? Text(Fields said, string name)
    {
        if (said.Json(name) is not { ValueKind: not JsonValueKind.Null } value) return null;
        if (JsonText.Of(value) is { } text && !string.IsNullOrWhiteSpace(text) && !WrittenText.HasControls(text)) return text;
        said.Refuse(name, "must be a text that is not blank, without control characters");
        return null;
    }

    private IReadOnlyList<Variant> Variants(Fields fields)
    {
        var test = fields.Object("abTest");
        if (fields.Json("abTest") is not { ValueKind: JsonValueKind.Object }) return [];
        var list = test.Json("variants") is { ValueKind: JsonValueKind.Array } given ? given.EnumerateArray().ToList() : [];
        if (list.Count is < 2 or > MostVariants) test.Refuse("variants", $"must be a list of 2 to {MostVariants} variants");
        var variants = list.Take(MostVariants).Select((item, i) => VariantOf(test.Item("variants", i, item), i)).ToList();
        if (variants.DistinctBy(variant => variant.Name, StringComparer.OrdinalIgnoreCase).Count() < variants.Count) test.Refuse("variants", "must have different names");
        return variants;
    }

    private Variant VariantOf(Fields fields, int index)
    {
        var name = fields.Text("name", ((char)('A' + index)).ToString(), 50);
        var weight = fields.Whole("weight", 1, HighestWeight) ?? 1;
        if (!fields.Has("content")) fields.Refuse("content", "is required");
        return new Variant(name, weight, Content(fields, "content"));
    }

    private static CampaignRules Rules(Fields rules)
    {
        var read = new CampaignRules
        {
            FrequencyCap = FrequencyCap.Read(rules, "frequencyCap", null),
            Times = SendingTimesReading.Read(rules, new SendingTimes()),
            UsualQuietHours = AreUsual(rules),
            UsualHolidays = rules.Json("holidays") is null or { ValueKind: JsonValueKind.Null },
            OncePerContact = rules.Flag("oncePerContact", false),
            Priority = rules.Whole("priority", CampaignRules.LowestPriority, CampaignRules.HighestPriority) ?? CampaignRules.UsualPriority,
        };
        var rate = rules.Json("ratePerSecond");
        return rate is null or { ValueKind: JsonValueKind.Null } ? read
            : read with { RatePerSecond = rules.Number("ratePerSecond", rate.Value, Settings.CampaignSettings.LowestRate, Settings.CampaignSettings.HighestRate) };
    }

    // Said as well as left out, so that what was read can be written again.
    private static bool AreUsual(Fields rules)
    {
        var areUsual = rules.Flag("usualQuietHours", !rules.Has("quietHours"));
        if (areUsual && rules.Json("quietHours") is { ValueKind: JsonValueKind.Object }) rules.Refuse("usualQuietHours", "can't stand beside quietHours");
        return areUsual;
    }

    /// <summary>What only holds together.</summary>
    private static void Check(Fields fields, Campaign read)
    {
        if (read.FlowId is not null)
        {
            if (read.Content.Count > 0) fields.Refuse("content", "can't stand beside flow");
            if (read.Variants.Count > 0) fields.Refuse("abTest", "can't stand beside flow: a flow has its own split");
            return;
        }

        if (read.Channels.Count == 0) fields.Refuse("channels", "must name at least one, or flow a flow to start");
        if (read.Variants.Count > 0 && read.Content.Count > 0) fields.Refuse("content", "can't stand beside abTest, whose variants have their own");
        if (read.Variants.Count == 0) CheckContent(fields, "content", read.Content, read.Channels);
        for (var i = 0; i < read.Variants.Count; i++) CheckContent(fields, $"abTest.variants[{i}].content", read.Variants[i].Content, read.Channels);
    }

    private static void CheckContent(Fields fields, string place, IReadOnlyDictionary<string, ChannelContent> content, IReadOnlyList<string> channels)
    {
        foreach (var kind in channels.Where(kind => !content.ContainsKey(kind))) fields.Refuse($"{place}.{kind}", "is required: it is one of channels");
        foreach (var kind in content.Keys.Where(kind => !channels.Contains(kind))) fields.Refuse($"{place}.{kind}", "is none of channels");
    }
}
