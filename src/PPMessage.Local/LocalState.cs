using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Local;

/// <summary>What the launcher keeps between runs, in <c>local.json</c>.</summary>
/// <param name="SecretsKey">Lost, the channels' secrets can't be read any more.</param>
/// <param name="Agents">The demo's agents with their tokens, which the app shows once.</param>
internal sealed record LocalState(string AdminKey, string SecretsKey, IReadOnlyList<DemoAgent> Agents)
{
    private const int KeyBytes = 20;

    public static LocalState Draw() => new(DrawKey(), DrawKey(), []);

    public LocalState With(DemoAgent agent) => this with { Agents = [.. Agents.Where(other => other.Email != agent.Email), agent] };

    private static string DrawKey() => RandomNumberGenerator.GetHexString(2 * KeyBytes, lowercase: true);
}

internal sealed record DemoAgent(string Name, string Email, string Token);

/// <summary>The keys that this run uses: the environment's (<c>PPMessage__AdminKey</c>, <c>PPMessage__SecretsKey</c>), which are not kept, else the kept ones.</summary>
internal sealed record LocalKeys(string Admin, string Secrets)
{
    public static LocalKeys Of(LocalState kept) => new(
        Given("PPMessage__AdminKey") ?? kept.AdminKey,
        Given("PPMessage__SecretsKey") ?? kept.SecretsKey);

    private static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

[JsonSerializable(typeof(LocalState))]
internal sealed partial class LocalJson : JsonSerializerContext
{
    public static readonly LocalJson File = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
