using Azure;
using Azure.Identity;

namespace PPMessage.Storage.Azure;

/// <summary>Where the SDK's exceptions become ours, once. The caller's cancellation passes through.</summary>
internal static class AzureErrors
{
    public static async Task<T> WrapAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException failed)
        {
            throw new StoreException($"Azure Storage answered {failed.Status} {failed.ErrorCode}: {FirstLine(failed.Message)}", failed);
        }
        catch (AuthenticationFailedException failed)
        {
            throw new StoreException($"Azure gave no token for the storage account: {FirstLine(failed.Message)}", failed);
        }
        catch (Exception failed) when (IsOutOfReach(failed) && !cancellation.IsCancellationRequested)
        {
            throw new StoreException($"Azure Storage can't be reached: {FirstLine(failed.Message)}", failed);
        }
    }

    // The SDK gives all tries' errors as an aggregate, and a time-out of its own as a cancellation.
    private static bool IsOutOfReach(Exception error) => error is AggregateException or OperationCanceledException or IOException;

    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();
}
