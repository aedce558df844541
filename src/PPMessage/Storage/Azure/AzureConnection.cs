using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace PPMessage.Storage.Azure;

/// <summary>
/// The three services of the account that the Functions host names in <c>AzureWebJobsStorage</c>: a connection string, or an account name or
/// service URIs with an identity. Source: learn.microsoft.com, "Connecting to host storage with an identity".
/// </summary>
internal sealed record AzureConnection(TableServiceClient Tables, QueueServiceClient Queues, BlobServiceClient Blobs)
{
    public const string Setting = "AzureWebJobsStorage";

    // Azurite 3.37 refuses a later version than this; nothing here needs one.
    private static QueueClientOptions QueueOptions => Patient(new QueueClientOptions(QueueClientOptions.ServiceVersion.V2026_06_06), TimeSpan.FromSeconds(10));

    private static BlobClientOptions BlobOptions => Patient(new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06), TimeSpan.FromSeconds(60));

    private static TableClientOptions TableOptions => Patient(new TableClientOptions(), TimeSpan.FromSeconds(10));

    /// <exception cref="InvalidOperationException">A setting is missing or unreadable.</exception>
    public static AzureConnection From(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        return string.IsNullOrWhiteSpace(section.Value) ? FromIdentity(section) : FromConnectionString(section.Value);
    }

    // Neither our message nor an inner one may repeat the text: it holds the account's key, and the SDK's messages quote what they can't read.
    private static AzureConnection FromConnectionString(string text) =>
        TryConnect(text) ?? throw new InvalidOperationException($"{Setting} is no storage connection string.");

    private static AzureConnection? TryConnect(string text)
    {
        try
        {
            return new(new TableServiceClient(text, TableOptions), new QueueServiceClient(text, QueueOptions), new BlobServiceClient(text, BlobOptions));
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static AzureConnection FromIdentity(IConfigurationSection section)
    {
        var credential = Credential(section);
        return new(
            new TableServiceClient(Address(section, "table"), credential, TableOptions),
            new QueueServiceClient(Address(section, "queue"), credential, QueueOptions),
            new BlobServiceClient(Address(section, "blob"), credential, BlobOptions));
    }

    private static Uri Address(IConfigurationSection section, string service)
    {
        if (section[$"{service}ServiceUri"] is { Length: > 0 } text)
            return Uri.TryCreate(text, UriKind.Absolute, out var uri)
                ? uri
                : throw new InvalidOperationException($"{Setting}__{service}ServiceUri is no URL: '{text}'.");
        if (section["accountName"] is { Length: > 0 } account) return new Uri($"https://{account}.{service}.core.windows.net");
        throw new InvalidOperationException(
            $"No storage account: set {Setting} to a connection string, or {Setting}__accountName, or {Setting}__{service}ServiceUri (also for the other services).");
    }

    private static TokenCredential Credential(IConfigurationSection section)
    {
        var clientId = section["clientId"];
        return section["credential"] switch
        {
            null or "" => new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId }),
            "managedidentity" => new ManagedIdentityCredential(
                string.IsNullOrEmpty(clientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId)),
            var other => throw new InvalidOperationException($"{Setting}__credential is 'managedidentity' or not set, not '{other}'."),
        };
    }

    // Short: a person waits, and behind each callback stands a queue message that takes the work up again.
    private static T Patient<T>(T options, TimeSpan timeout) where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.MaxRetries = 4;
        options.Retry.NetworkTimeout = timeout;
        return options;
    }
}
