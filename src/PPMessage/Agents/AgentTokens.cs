using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Agents;

/// <summary>Tokens of agents: <c>agent_{ulid of the agent}_{160 random bits}</c>. They name their agent, so that finding one needs no search, and are stored hashed.</summary>
internal static class AgentTokens
{
    public const string IdPrefix = "ag_";

    private const string Prefix = "agent_";
    private const int SecretBytes = 20;
    private const int SecretLength = 32;

    public static string Draw(string agentId) => $"{Prefix}{agentId[IdPrefix.Length..]}_{Ids.Base32(RandomNumberGenerator.GetBytes(SecretBytes))}";

    public static string Hash(string token) => Ids.Base32(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The agent that a token claims to be of; null when it is no such token.</summary>
    public static string? AgentIdOf(string token)
    {
        var end = Prefix.Length + Ids.UlidLength;
        return token.Length == end + 1 + SecretLength && token.StartsWith(Prefix, StringComparison.Ordinal) && token[end] == '_'
            ? IdPrefix + token[Prefix.Length..end]
            : null;
    }

    /// <summary>Takes the same time whatever differs.</summary>
    public static bool IsOf(string token, Agent agent) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(token)), Encoding.ASCII.GetBytes(agent.TokenHash));
}
