using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Storage.Azure;
using PPMessage.Storage.Embedded;

namespace PPMessage.Storage;

internal static class StorageSlice
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration, bool underFunctionsHost)
    {
        var useAzure = underFunctionsHost || UsesAzure(configuration);
        // The bare store is a service of its own, so that the container closes it.
        if (useAzure) services.AddSingleton(provider => AzureStore.From(configuration));
        else services.AddSingleton(provider => new EmbeddedStore(Directory(configuration), provider.GetRequiredService<TimeProvider>()));
        return services
            .AddSingleton<IStore>(provider => new GuardedStore(useAzure ? provider.GetRequiredService<AzureStore>() : provider.GetRequiredService<EmbeddedStore>()))
            .AddSingleton<WorkspaceKey>();
    }

    private static bool UsesAzure(IConfiguration configuration) => configuration["PPMessage:Storage"] switch
    {
        null or "" or "embedded" => false,
        "azure" => true,
        var other => throw new InvalidOperationException($"PPMessage__Storage must be 'embedded' or 'azure', not '{other}'."),
    };

    private static string Directory(IConfiguration configuration) =>
        configuration["PPMessage:DataDirectory"] is { Length: > 0 } directory ? directory : "./data";
}
