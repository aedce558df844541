namespace PPMessage.Local.Sandbox;

/// <summary>
/// Files of messages. Without <c>.json</c> the file is meant: 307 to a signed address of the CDN, which takes no credentials
/// (an Authorization header is answered 400, as S3 does).
/// </summary>
internal sealed class MediaApi(SandboxState state, Misbehaviours misbehaviours, Func<Uri> cdn)
{
    private const string TwoCredentials = "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>";

    private readonly string _cdnKey = Sids.New("");

    public void Map(IEndpointRouteBuilder api, IEndpointRouteBuilder root)
    {
        var media = api.MapGroup("/Accounts/{account}/Messages/{message}");
        media.MapGet("/Media.json", List);
        media.MapGet("/Media/{sid}.json", Describe);
        media.MapGet("/Media/{sid}", Fetch);
        media.MapDelete("/Media/{sid}.json", Delete);
        root.MapGet("/cdn/{message}/{sid}", Download);
    }

    private IResult List(HttpContext context, string message)
    {
        if (Find(context, message) is not { } found) return TwilioError.NotFound(context.Request).Result();
        var cut = Cut<SandboxMedia>.Of(context.Request.Query, found.Media, media => media.Sid, _ => true);
        var page = new MediaPage { MediaList = [.. cut.Items.Select(media => MediaJson.Of(found, media))] };
        return TypedResults.Json(page.Placed(context.Request, cut), TwilioJson.Wire.MediaPage);
    }

    private IResult Describe(HttpContext context, string message, string sid) =>
        Find(context, message) is { } found && File(found, sid) is { } media
            ? TypedResults.Json(MediaJson.Of(found, media), TwilioJson.Wire.MediaJson)
            : TwilioError.NotFound(context.Request).Result();

    private IResult Fetch(HttpContext context, string message, string sid)
    {
        if (Find(context, message) is not { } found || File(found, sid) is null || misbehaviours.TakeMediaNotFound())
            return TwilioError.NotFound(context.Request).Result();
        return TypedResults.Redirect(new Uri(cdn(), $"/cdn/{message}/{sid}?signature={_cdnKey}").AbsoluteUri, permanent: false, preserveMethod: true);
    }

    private IResult Delete(HttpContext context, string message, string sid)
    {
        if (Find(context, message) is not { } found || File(found, sid) is null) return TwilioError.NotFound(context.Request).Result();
        state.Change(message, current => current with { Media = [.. current.Media.Where(media => media.Sid != sid)] });
        return TypedResults.NoContent();
    }

    private IResult Download(HttpContext context, string message, string sid)
    {
        if (context.Request.Headers.Authorization.Count > 0) return TypedResults.Text(TwoCredentials, "application/xml", statusCode: StatusCodes.Status400BadRequest);
        if (context.Request.Query["signature"] != _cdnKey) return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        return state.Message(message) is { } found && File(found, sid) is { } media ? TypedResults.Bytes(media.Content, media.ContentType) : TypedResults.NotFound();
    }

    private static SandboxMedia? File(SandboxMessage message, string sid) => message.Media.FirstOrDefault(media => media.Sid == sid);

    private SandboxMessage? Find(HttpContext context, string sid) =>
        state.Message(sid) is { Deleted: false } message && message.AccountSid == context.Account().Sid ? message : null;
}
