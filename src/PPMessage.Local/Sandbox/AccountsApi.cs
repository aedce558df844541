using Microsoft.AspNetCore.Http.Features;

namespace PPMessage.Local.Sandbox;

internal static class AccountsApi
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/Accounts/{account}.json", (HttpContext context) => TypedResults.Json(AccountJson.Of(context.Account()), TwilioJson.Wire.AccountJson));

    /// <summary>The account of the path, which the caller's credentials open.</summary>
    public static SandboxAccount Account(this HttpContext context) => context.Features.GetRequiredFeature<SandboxAccount>();

    /// <summary>The fields of a form; none when the body is something else, as Twilio takes forms only.</summary>
    public static async Task<IFormCollection> FormAsync(this HttpContext context) =>
        context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
}
