using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using PPMessage.Contacts;
using PPMessage.Http;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>
/// <c>/u/{token}</c>, open to everybody who has a link. Looking (link scanners do, too) changes nothing; every POST unsubscribes but the one of the page's own "take it back". Answers
/// in the contact's language, else the browser's, else English. What is refused is told to a browser by a page, to a program by a problem.
/// </summary>
internal sealed class UnsubscribeApi(UnsubscribeLinks links, UnsubscribeLimits limits, Unsubscribe unsubscribe, ContactStore contacts)
{
    private const string Html = "text/html";

    public async Task<IResult> ShowAsync(string token, HttpContext context, CancellationToken cancellation)
    {
        if (await links.ReadAsync(token, cancellation) is not { } link) return Unknown(context);
        if (limits.TryTake(link) is { } wait) return TooMany(context, wait);
        var recipient = await unsubscribe.FindAsync(link, cancellation);
        var page = await PageAsync(recipient, context, cancellation);
        return Answer(context, page, recipient.HasUnsubscribed || recipient.IsStopped ? Done(recipient, page) : page.Asks());
    }

    public async Task<IResult> PressAsync(string token, HttpContext context, CancellationToken cancellation)
    {
        if (await links.ReadAsync(token, cancellation) is not { } link) return Unknown(context);
        if (limits.TryTake(link) is { } wait) return TooMany(context, wait);
        var press = await Press.ReadAsync(context.Request, cancellation);
        // Who has asked for it may go away: it is done all the same.
        var recipient = await unsubscribe.FindAsync(link, CancellationToken.None);
        var page = await PageAsync(recipient, context, CancellationToken.None);
        if (press == Press.Resume) return Answer(context, page, await unsubscribe.ResumeAsync(recipient, CancellationToken.None) ? page.IsResumed() : recipient.IsStopped ? page.IsStopped() : page.IsDone(mayResume: false));
        await unsubscribe.StopAsync(recipient, press == Press.Stop ? Press.Page : Press.OneClick, CancellationToken.None);
        return Answer(context, page, Done(recipient, page));
    }

    private static string Done(Recipient recipient, UnsubscribePage page) => recipient.IsStopped ? page.IsStopped() : page.IsDone(recipient.MayResume);

    private async Task<UnsubscribePage> PageAsync(Recipient recipient, HttpContext context, CancellationToken cancellation)
    {
        var contact = recipient.Own is { IsUnused: false } head ? (await contacts.FindAsync(head.ContactId, cancellation))?.Contact : null;
        return new UnsubscribePage(PageWords.LanguageOf(Wished(context).Prepend(contact?.Locale)), recipient.Address is { } address ? MaskedAddress.Of(address) : null);
    }

    private IResult Unknown(HttpContext context)
    {
        if (limits.TryCountWrong() is { } wait) return TooMany(context, wait);
        return Refuse(context, StatusCodes.Status404NotFound, page => page.IsLost(), Problems.NotFound("This is no link of ours."));
    }

    private static IResult TooMany(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Refuse(
            context, StatusCodes.Status429TooManyRequests, page => page.IsBusy(),
            Problems.Of(StatusCodes.Status429TooManyRequests, "Too many requests", "This link, or links that are none, were asked for too often: wait as long as Retry-After says."));
    }

    private static IResult Refuse(HttpContext context, int status, Func<UnsubscribePage, string> html, IResult problem)
    {
        var page = new UnsubscribePage(PageWords.LanguageOf(Wished(context)));
        if (Accepts(context)) return Answer(context, page, html(page), status);
        Guard(context);
        return problem;
    }

    // Who takes anything (*/*) is a program.
    private static bool Accepts(HttpContext context) =>
        context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(Html, StringComparison.OrdinalIgnoreCase) && type.Quality != 0);

    private static IEnumerable<string?> Wished(HttpContext context) =>
        context.Request.GetTypedHeaders().AcceptLanguage.Where(language => language.Quality != 0).OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.Value);

    private static IResult Answer(HttpContext context, UnsubscribePage page, string html, int status = StatusCodes.Status200OK)
    {
        Guard(context);
        context.Response.Headers.ContentLanguage = page.Language;
        return TypedResults.Text(html, Html, Encoding.UTF8, status);
    }

    // The URL is all that it takes: it is not to be kept, told or found anywhere.
    private static void Guard(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = UnsubscribePage.Policy;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers.XContentTypeOptions = "nosniff";
    }
}
