using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Local.Sandbox;

/// <summary>The order system that a demo's flows ask: <c>GET /{number}</c> of three orders.</summary>
internal static class DemoOrders
{
    public const string Name = "orders";

    private static readonly IReadOnlyDictionary<string, DemoOrder> All = new DemoOrder[]
    {
        new("1001", "shipped", new("on its way", "配送中"), "2026-12-02"),
        new("1002", "processing", new("being packed", "备货中"), "2026-12-05"),
        new("1003", "delivered", new("delivered", "已签收"), "2026-11-28"),
    }.ToDictionary(order => order.Number);

    /// <param name="target">Path and query.</param>
    public static ProgramAnswer Answer(string method, string target)
    {
        if (method != HttpMethods.Get) return NotFound("Orders can only be asked for: GET /{number}.");
        var number = target.Split('?')[0].Trim('/');
        return All.TryGetValue(number, out var order)
            ? new ProgramAnswer(Body: JsonSerializer.SerializeToElement(order, DemoOrdersJson.Wire.DemoOrder))
            : NotFound($"There is no order {number}.");
    }

    public static ProgramAnswer NotFound(string error) =>
        new(StatusCodes.Status404NotFound, JsonSerializer.SerializeToElement(new DemoError(error), DemoOrdersJson.Wire.DemoError));
}

/// <param name="Arrives">A day, as <c>2026-12-02</c>.</param>
internal sealed record DemoOrder(string Number, string State, DemoText StateText, string Arrives);

internal sealed record DemoText(string En, string Zh);

internal sealed record DemoError(string Error);

[JsonSerializable(typeof(DemoOrder))]
[JsonSerializable(typeof(DemoError))]
internal sealed partial class DemoOrdersJson : JsonSerializerContext
{
    public static readonly DemoOrdersJson Wire = new(ControlJson.Settings);
}
