using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PPMessage.Local.Sandbox;

/// <summary><c>IncomingPhoneNumbers</c>: finding numbers, setting their URLs, buying and releasing them.</summary>
internal sealed class NumbersApi(SandboxState state, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var numbers = api.MapGroup("/Accounts/{account}");
        numbers.MapGet("/IncomingPhoneNumbers.json", List);
        numbers.MapPost("/IncomingPhoneNumbers.json", (Delegate)BuyAsync);
        numbers.MapGet("/IncomingPhoneNumbers/{sid}.json", Get);
        numbers.MapPost("/IncomingPhoneNumbers/{sid}.json", ChangeAsync);
        numbers.MapDelete("/IncomingPhoneNumbers/{sid}.json", Release);
    }

    private JsonHttpResult<NumbersPage> List(HttpContext context)
    {
        var request = context.Request;
        var pattern = request.Query["PhoneNumber"].ToString();
        var name = request.Query["FriendlyName"].ToString();
        var cut = Cut<SandboxNumber>.Of(
            request.Query,
            state.Numbers(context.Account().Sid),
            number => number.Sid,
            number => Matches(number.PhoneNumber, pattern) && (name.Length == 0 || number.FriendlyName == name));
        var page = new NumbersPage { IncomingPhoneNumbers = [.. cut.Items.Select(NumberJson.Of)] };
        return TypedResults.Json(page.Placed(request, cut), TwilioJson.Wire.NumbersPage);
    }

    /// <summary>Any part of the number matches; <c>*</c> stands for one digit.</summary>
    private static bool Matches(string number, string pattern) =>
        Regex.IsMatch(number, Regex.Escape(pattern).Replace("\\*", "[0-9]", StringComparison.Ordinal), RegexOptions.None, TimeSpan.FromSeconds(1));

    private IResult Get(HttpContext context, string sid) =>
        Find(context, sid) is { } number ? Answer(number) : TwilioError.NotFound(context.Request).Result();

    private async Task<IResult> BuyAsync(HttpContext context)
    {
        var form = await context.FormAsync();
        var phoneNumber = form["PhoneNumber"].ToString();
        if (!SendRules.IsPhoneNumber(phoneNumber)) return TwilioError.InvalidTo(phoneNumber).Result();
        if (state.NumberOf(phoneNumber) is not null) return TwilioError.NumberTaken(phoneNumber).Result();
        var now = time.GetUtcNow();
        var number = new SandboxNumber
        {
            Sid = Sids.New("PN"), AccountSid = context.Account().Sid, PhoneNumber = phoneNumber, FriendlyName = phoneNumber, CreatedAt = now,
        };
        return Store(number, form, StatusCodes.Status201Created);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, string sid) =>
        Find(context, sid) is { } number ? Store(number, await context.FormAsync(), StatusCodes.Status200OK) : TwilioError.NotFound(context.Request).Result();

    private IResult Release(HttpContext context, string sid)
    {
        if (Find(context, sid) is null) return TwilioError.NotFound(context.Request).Result();
        state.RemoveNumber(sid);
        return TypedResults.NoContent();
    }

    private SandboxNumber? Find(HttpContext context, string sid) => state.Numbers(context.Account().Sid).FirstOrDefault(number => number.Sid == sid);

    private IResult Store(SandboxNumber number, IFormCollection form, int status)
    {
        if (NumberChange.Refuse(form) is { } refusal) return refusal.Result();
        var changed = NumberChange.Apply(number, form) with { UpdatedAt = time.GetUtcNow() };
        state.Put(changed);
        return Answer(changed, status);
    }

    private static JsonHttpResult<NumberJson> Answer(SandboxNumber number, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(NumberJson.Of(number), TwilioJson.Wire.NumberJson, statusCode: status);
}
