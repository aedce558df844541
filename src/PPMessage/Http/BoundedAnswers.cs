namespace PPMessage.Http;

/// <summary>
/// Reads no more of an answer than its beginning, whatever a stranger sends, and drops the rest with the connection. What the answer says of its own form
/// (character set, encoding) is dropped as well: nothing further on may trip over it.
/// </summary>
/// <param name="most">In bytes.</param>
internal sealed class BoundedAnswers(HttpMessageHandler inner, int most) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            var beginning = new byte[most];
            await using var whole = await response.Content.ReadAsStreamAsync(cancellationToken);
            var length = await whole.ReadAtLeastAsync(beginning, most, throwOnEndOfStream: false, cancellationToken);
            using var unread = response.Content;
            response.Content = new ByteArrayContent(beginning, 0, length);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
