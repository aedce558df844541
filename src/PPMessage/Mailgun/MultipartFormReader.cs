using Microsoft.AspNetCore.WebUtilities;

namespace PPMessage.Mailgun;

/// <summary>Reads <c>multipart/form-data</c> of any length part by part, values as bytes.</summary>
internal sealed class MultipartFormReader(FormCollector form, string boundary)
{
    /// <summary>RFC 2046 allows 70.</summary>
    public const int LongestBoundary = 200;

    private const int MostPartHeaders = 50;

    public async Task ReadAsync(Stream body, CancellationToken cancellation)
    {
        // File names of mails are longer and odder than those of uploads.
        var reader = new MultipartReader(boundary, body) { HeadersCountLimit = MostPartHeaders, HeadersLengthLimit = 4 * FormCollector.LongestName };
        var buffer = new byte[16 * 1024];
        while (await reader.ReadNextSectionAsync(cancellation) is { } section)
        {
            var disposition = PartDisposition.Parse(section.ContentDisposition);
            form.Begin(disposition.Name, disposition.FileName, section.ContentType);
            while (await section.Body.ReadAsync(buffer, cancellation) is > 0 and var length) form.Write(buffer.AsSpan(0, length));
            form.End();
        }
    }
}
