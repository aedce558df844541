using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Preview;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Schedules;
using PPMessage.Http;

namespace PPMessage.Campaigns;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime), typeof(Words<CampaignStatus>), typeof(Words<OccurrenceState>), typeof(Words<RecipientState>)])]
[JsonSerializable(typeof(Campaign))]
[JsonSerializable(typeof(ClockEntry))]
[JsonSerializable(typeof(Occurrence))]
[JsonSerializable(typeof(FinishedBucket))]
[JsonSerializable(typeof(RunningOccurrence))]
[JsonSerializable(typeof(OverOccurrence))]
[JsonSerializable(typeof(Shard))]
[JsonSerializable(typeof(Chunk))]
[JsonSerializable(typeof(DeferredRow))]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(LedgerWord))]
[JsonSerializable(typeof(CountNote))]
[JsonSerializable(typeof(CountedDay))]
[JsonSerializable(typeof(OccurrenceWork))]
[JsonSerializable(typeof(ShardWork))]
[JsonSerializable(typeof(ChunkWork))]
[JsonSerializable(typeof(CountWork))]
internal sealed partial class CampaignsJson : JsonSerializerContext
{
    static CampaignsJson() => Default = new CampaignsJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTime), typeof(Words<CampaignStatus>), typeof(Words<OccurrenceState>), typeof(Words<Every>), typeof(Words<Missed>), typeof(Words<MonthEnd>)])]
[JsonSerializable(typeof(CampaignView))]
[JsonSerializable(typeof(Page<CampaignView>))]
[JsonSerializable(typeof(OccurrenceView))]
[JsonSerializable(typeof(Page<OccurrenceView>))]
[JsonSerializable(typeof(Page<RecipientView>))]
[JsonSerializable(typeof(StatsView))]
[JsonSerializable(typeof(PreviewView))]
internal sealed partial class CampaignsApiJson : JsonSerializerContext
{
    static CampaignsApiJson() => Default = new CampaignsApiJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
