using System.Diagnostics;
using OpenTelemetry;

namespace PPMessage.Functions;

/// <summary>Paths hold hook keys and ids in other people's systems, queries hold numbers and addresses: spans keep the route, and nothing more of the URL.</summary>
internal sealed class Discretion : BaseProcessor<Activity>
{
    private static readonly string[] Unsaid = ["url.path", "url.query", "url.full", "http.target", "http.url", "client.address", "network.peer.address", "user_agent.original"];

    public override void OnEnd(Activity data)
    {
        foreach (var name in Unsaid) data.SetTag(name, null);
    }
}
