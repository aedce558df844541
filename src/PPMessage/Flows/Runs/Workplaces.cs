using PPMessage.Agents;
using PPMessage.Agents.Hours;
using PPMessage.Agents.Teams;
using PPMessage.Contacts.Attributes;

namespace PPMessage.Flows.Runs;

/// <summary>What all runs see alike, from caches: no operation for most. Thread-safe.</summary>
internal sealed class Workplaces(AgentDirectory agents, TeamDirectory teams, SettingStore<BusinessHours> hours, AttributeDirectory attributes)
{
    public async ValueTask<Workplace> NowAsync(CancellationToken cancellation) => new(
        await agents.AllAsync(cancellation), [.. await teams.AllAsync(cancellation)], await hours.GetAsync(cancellation), await attributes.KnownAsync(cancellation));
}
