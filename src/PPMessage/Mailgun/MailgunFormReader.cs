using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PPMessage.Mailgun;

/// <summary>What became of reading a form.</summary>
/// <param name="Form">The caller disposes it; null when there is none.</param>
/// <param name="Trouble">Why there is none.</param>
internal readonly record struct FormRead(MailgunForm? Form, string Trouble, bool TooLarge);

/// <summary>
/// Reads a callback's form, however large its mail, as a stream over bytes: mails are not always UTF-8, and the framework's own reader cuts values at 4 MB
/// and drops files with odd names. The body's own size is the caller's to bound.
/// </summary>
internal static class MailgunFormReader
{
    /// <summary>Whether the body says of itself that it is a form.</summary>
    public static bool Reads(MediaTypeHeaderValue? type) => type is not null && (IsUrlEncoded(type) || IsMultipart(type));

    public static async Task<FormRead> ReadAsync(Stream body, MediaTypeHeaderValue type, CancellationToken cancellation)
    {
        using var form = new FormCollector();
        try
        {
            if (IsUrlEncoded(type)) await new UrlEncodedFormReader(form).ReadAsync(body, cancellation);
            else await new MultipartFormReader(form, Boundary(type)).ReadAsync(body, cancellation);
            return new FormRead(form.Take(), string.Empty, false);
        }
        catch (FormException e)
        {
            return new FormRead(null, e.Message, e.TooLarge);
        }
        catch (BadHttpRequestException e)
        {
            return new FormRead(null, e.Message, e.StatusCode == StatusCodes.Status413PayloadTooLarge);
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !cancellation.IsCancellationRequested)
        {
            return new FormRead(null, e.Message, false);
        }
    }

    private static bool IsUrlEncoded(MediaTypeHeaderValue type) => type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static bool IsMultipart(MediaTypeHeaderValue type) => type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    private static string Boundary(MediaTypeHeaderValue type)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MultipartFormReader.LongestBoundary ? boundary : throw new FormException("no boundary that can be used");
    }
}
