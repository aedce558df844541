namespace PPMessage.Http;

/// <summary>Why an address out of data (<see cref="PublicAddresses"/>) gave no answer, for people.</summary>
internal static class NoAnswer
{
    public static string Why(Exception? exception) => exception switch
    {
        HttpRequestException { InnerException: AddressRefusedException refused } => $"{refused.Message} Calls go over the public Internet only.",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } e => $"The name can't be resolved: {e.Message}",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } e => $"No TLS connection: {e.InnerException?.Message ?? e.Message}",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } e => $"No connection: {e.Message}",
        // The handler's own time limit shows as a cancellation that nobody asked for.
        OperationCanceledException or TimeoutException => "No connection within 5 s.",
        _ => exception?.Message ?? "No answer.",
    };
}
