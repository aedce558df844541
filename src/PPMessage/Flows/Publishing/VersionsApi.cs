using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Flows.BuiltIn;
using PPMessage.Http;

namespace PPMessage.Flows.Publishing;

/// <summary>What was published, and flows as files.</summary>
internal sealed class VersionsApi(FlowStore store)
{
    // A version may have a quarter of a megabyte, and reading the list reads them.
    private const int MostAtOnce = 50;

    /// <summary>Newest first.</summary>
    public async Task<IResult> ListAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (page.Cursor is not null && NumberOf(page.Cursor) is null) return Problems.Invalid("cursor", "is none that this list gave");
        if (BuiltInFlows.Find(id) is { } builtIn) return Listed([FlowVersionView.Of(builtIn.Flow, 1, TextOf(builtIn))], null);
        if (await store.FindAsync(id, cancellation) is not { } found) return FlowSwitch.None();
        // What lies above it was written by somebody who has yet to publish it, or who died first.
        var below = Math.Min(NumberOf(page.Cursor ?? string.Empty) ?? int.MaxValue, found.Flow.LastVersion + 1);
        var (versions, more) = await store.VersionsAsync(id, below, Math.Min(page.Limit, MostAtOnce), cancellation);
        return Listed([.. versions.Where(one => found.Flow.HasVersion(one.Number)).Select(one => FlowVersionView.Of(found.Flow, one.Number, one.Text))], more ? versions[^1].Number.ToString(CultureInfo.InvariantCulture) : null);
    }

    public async Task<IResult> GetAsync(string id, string version, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } flow) return FlowSwitch.None();
        return NumberOf(version) is { } number && await TextAsync(flow, number, cancellation) is { } text
            ? TypedResults.Json(new FlowVersionText(FlowVersionView.Of(flow, number, text), text.Definition), FlowsApiJson.Default.FlowVersionText)
            : Problems.NotFound("The flow has no such version.");
    }

    public async Task<IResult> ExportAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var (version, draft) = (context.Request.Query["version"].ToString(), context.Request.Query["draft"].ToString());
        if (draft is not ("" or "true" or "false")) return Problems.Invalid("draft", "must be true or false");
        if (version.Length > 0 && draft == "true") return Problems.Invalid("draft", "goes without a version");
        if (version.Length > 0 && NumberOf(version) is null) return Problems.Invalid("version", "must be the number of a version");
        if (await FindAsync(id, cancellation) is not { } flow) return FlowSwitch.None();
        var number = version.Length > 0 ? NumberOf(version) : flow.Published;
        if (draft != "true" && number is null) return Problems.Conflict("The flow was never published: export its draft (?draft=true).");
        var text = draft == "true" ? (await store.DraftAsync(id, cancellation))?.Text : await TextAsync(flow, number!.Value, cancellation);
        return text is null ? Problems.NotFound(draft == "true" ? "The flow has no draft." : "The flow has no such version.") : File(flow, text.Definition);
    }

    private static IResult File(Flow flow, JsonElement definition) => TypedResults.Bytes(
        JsonSerializer.SerializeToUtf8Bytes(new FlowFile(FlowFile.Word, FlowFile.Current, definition), FlowsApiJson.Default.FlowFile), "application/json; charset=utf-8", $"{flow.Id}.json");

    private static IResult Listed(IReadOnlyList<FlowVersionView> versions, string? next) =>
        TypedResults.Json(new Page<FlowVersionView>(versions, next), FlowsApiJson.Default.PageFlowVersionView);

    private async Task<Flow?> FindAsync(string id, CancellationToken cancellation) => BuiltInFlows.Find(id)?.Flow ?? (await store.FindAsync(id, cancellation))?.Flow;

    private async Task<FlowText?> TextAsync(Flow flow, int number, CancellationToken cancellation) =>
        !flow.HasVersion(number) ? null
        : BuiltInFlows.Find(flow.Id) is { } builtIn ? TextOf(builtIn)
        : await store.VersionAsync(flow.Id, number, cancellation);

    private static FlowText TextOf(BuiltInFlow one) => new(one.Json, one.Flow.CreatedAt, string.Empty, null);

    private static int? NumberOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
