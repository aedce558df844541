using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using PPMessage.Http;

namespace PPMessage.Docs;

/// <summary>The document and its page: made when the first asks for them, and kept. Thread-safe.</summary>
internal sealed class Publications
{
    private readonly Lazy<Publication> _document;
    private readonly Lazy<Publication> _page;
    private readonly Lazy<Publication> _style = new(() => new Publication("text/css; charset=utf-8", Encoding.UTF8.GetBytes(PageStyle.Css)));

    public Publications(EndpointDataSource endpoints, PPMessageOptions options)
    {
        _document = new(() => new Publication(Media.Json, DocumentWriter.Write(endpoints.Endpoints, options.PublicBaseUrl)));
        _page = new(() => new Publication("text/html; charset=utf-8", DocumentPage.Write(Document.Bytes)));
    }

    public Publication Document => _document.Value;

    public Publication Page => _page.Value;

    public Publication Style => _style.Value;
}

/// <summary>Bytes that are the same for everybody and for as long as the process lives.</summary>
internal sealed class Publication(string mediaType, byte[] bytes)
{
    /// <summary>Nothing but our own style sheet: no script at all, no other host.</summary>
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public byte[] Bytes => bytes;

    private readonly EntityTagHeaderValue _tag = new($"\"{Ids.Base32(SHA256.HashData(bytes))}\"");

    public async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = _tag;
        // Kept, and asked for each time: another version of the program has another one.
        headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(_tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = mediaType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
