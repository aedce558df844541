using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PPMessage.Agents;

internal static class Callers
{
    /// <summary>Who makes this request; set by the authentication of <c>/api</c>.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
