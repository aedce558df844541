using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PPMessage.Functions;
using PPMessage.Http;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests;

/// <summary>What the compiler does not enforce: who may use whom, and habits that hold for the whole product.</summary>
public sealed class ConventionTests
{
    private const int LongestFile = 250;

    /// <summary>
    /// A slice may use these and the root's types, nothing else. Slices that a provider fills in (channels, inbound) never name the provider.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Filters"] = [],
        ["Mail"] = [],
        ["Storage"] = [],
        ["Templates"] = [],
        ["Http"] = ["Storage"],
        ["Docs"] = ["Http"],
        ["Health"] = ["Http", "Storage"],
        ["Audit"] = ["Http", "Storage"],
        ["Agents"] = ["Audit", "Http", "Storage"],
        ["Contacts"] = ["Agents", "Audit", "Http", "Storage", "Templates", "Work"],
        ["Suppressions"] = ["Contacts", "Storage"],
        ["Channels"] = ["Agents", "Audit", "Contacts", "Http", "Storage"],
        ["Work"] = ["Agents", "Audit", "Health", "Http", "Storage"],
        ["Conversations"] = ["Agents", "Audit", "Channels", "Contacts", "Http", "Mail", "Storage", "Suppressions", "Work"],
        ["Webhooks"] = ["Agents", "Audit", "Channels", "Conversations", "Http", "Storage", "Work"],
        ["Inbound"] = ["Audit", "Channels", "Contacts", "Conversations", "Flows", "Http", "Mail", "Storage", "Suppressions", "Work"],
        ["Flows"] = ["Agents", "Audit", "Channels", "Contacts", "Conversations", "Filters", "Http", "Segments", "Storage", "Suppressions", "Templates", "Work"],
        ["Segments"] = ["Agents", "Audit", "Contacts", "Filters", "Http", "Storage", "Work"],
        ["Campaigns"] =
        [
            "Agents", "Audit", "Channels", "Contacts", "Conversations", "Filters", "Flows", "Http", "Mail", "Segments", "Storage", "Suppressions", "Templates", "Work",
        ],
        ["Mailgun"] = ["Channels", "Contacts", "Http", "Inbound", "Mail", "Storage", "Suppressions", "Work"],
        ["Twilio"] = ["Channels", "Contacts", "Http", "Inbound", "Storage", "Suppressions", "Work"],
    };

    /// <summary>The head runs work and timers and claims their due times in the store; everything else it gets from the composition root.</summary>
    private static readonly string[] AllowedInHead = ["Storage", "Work"];

    private static readonly string Root = Path.GetFullPath(Path.Combine(ThisFolder(), "..", ".."));

    private static readonly Assembly Product = typeof(PPMessageSlices).Assembly;

    [Fact]
    public void Every_slice_stands_in_the_table() =>
        Assert.Equal(
            Allowed.Keys.Order(StringComparer.Ordinal),
            Directory.GetDirectories(Path.Combine(Root, "src", "PPMessage")).Select(Path.GetFileName).Except(["bin", "obj"]).Order(StringComparer.Ordinal));

    [Fact]
    public void The_table_has_no_cycle()
    {
        var left = Allowed.ToDictionary();
        while (left.Count > 0)
        {
            var free = left.Where(slice => !slice.Value.Any(left.ContainsKey)).Select(slice => slice.Key).ToList();
            Assert.True(free.Count > 0, $"These use one another: {string.Join(", ", left.Keys)}");
            foreach (var slice in free) left.Remove(slice);
        }
    }

    [Fact]
    public void The_sources_name_only_slices_that_they_may_use() => AssertAllowed(Sources("PPMessage").SelectMany(Edges));

    [Fact]
    public void The_compiled_types_use_only_slices_that_they_may_use()
    {
        var edges = Product.GetTypes().Where(type => type.Namespace?.StartsWith(nameof(PPMessage), StringComparison.Ordinal) == true)
            .Where(type => type != typeof(PPMessageSlices) && type.DeclaringType != typeof(PPMessageSlices))
            .SelectMany(type => CompiledReferences.Of(type).Select(used => (Where: type.FullName!, From: SliceOf(type.Namespace), To: SliceOf(used.Namespace))))
            .ToList();
        Assert.True(edges.Count > 1000, "The walk found hardly anything.");
        AssertAllowed(edges);
    }

    [Fact]
    public void The_head_uses_the_composition_root_and_what_runs_work()
    {
        AssertHead(Sources("PPMessage.Functions").SelectMany(Edges));
        AssertHead(typeof(PPMessageApp).Assembly.GetTypes().SelectMany(type => CompiledReferences.Of(type).Where(used => used.Assembly == Product).Select(used => (type.FullName!, "head", SliceOf(used.Namespace)))));
    }

    [Fact]
    public void What_runs_on_a_developers_machine_knows_nothing_of_the_products_inside() =>
        Assert.DoesNotContain(
            typeof(TwilioSandbox).Assembly.GetTypes().SelectMany(CompiledReferences.Of),
            used => used.Assembly == Product && used != typeof(PPMessageSlices));

    [Fact]
    public async Task Every_kind_of_work_has_one_handler_and_every_timer_a_function()
    {
        await using var workspace = await Workspace.StartAsync();
        var kinds = workspace.Services.GetServices<IWorkHandler>().Select(handler => handler.Kind).ToList();
        Assert.NotEmpty(kinds);
        Assert.Equal(kinds.Distinct(), kinds);
        Assert.Equal(
            Directory.GetFiles(Path.Combine(Root, "src", "PPMessage.Functions", "Functions"), "function.json", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file).Contains("timerTrigger", StringComparison.Ordinal)).Select(file => Path.GetFileName(Path.GetDirectoryName(file)))
                .Order(StringComparer.Ordinal),
            workspace.Services.GetServices<ITimerJob>().Select(job => job.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_event_id_means_one_thing()
    {
        var events = new[] { Product, typeof(PPMessageApp).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Name: $"{method.DeclaringType!.FullName}.{method.Name}", Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(method => method.Event is not null).ToList();
        Assert.NotEmpty(events);
        Assert.Empty(events.GroupBy(method => method.Event!.EventId).Where(same => same.Count() > 1).SelectMany(same => same.Select(method => $"{same.Key} {method.Name}")));
    }

    [Fact]
    public void Whatever_is_written_as_json_has_its_times_in_utc_with_a_z()
    {
        var contexts = Product.GetTypes().Where(type => type.IsSubclassOf(typeof(JsonSerializerContext))).ToList();
        Assert.NotEmpty(contexts);
        Assert.Empty(contexts.Where(WritesTimes).Where(type => !Default(type).Options.Converters.Any(converter => converter is UtcTime)).Select(type => type.FullName));
    }

    [Fact]
    public void No_source_file_is_too_long_to_read() =>
        Assert.Empty(Directory.GetDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName).SelectMany(project => Sources(project!))
            .Where(file => File.ReadLines(file).Count() > LongestFile).Select(file => Path.GetRelativePath(Root, file)));

    private static void AssertAllowed(IEnumerable<(string Where, string From, string To)> edges) =>
        Assert.Empty(edges
            .Where(edge => edge.To.Length > 0 && edge.From != edge.To && (edge.From.Length == 0 || !Allowed[edge.From].Contains(edge.To)))
            .Select(edge => $"{edge.Where}: {edge.From} → {edge.To}").Distinct().Order(StringComparer.Ordinal));

    private static void AssertHead(IEnumerable<(string Where, string From, string To)> edges) =>
        Assert.Empty(edges.Where(edge => edge.To.Length > 0 && !AllowedInHead.Contains(edge.To)).Select(edge => $"{edge.Where} → {edge.To}").Distinct());

    private static IEnumerable<string> Sources(string project) =>
        Directory.GetFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static IEnumerable<(string Where, string From, string To)> Edges(string file)
    {
        if (Path.GetFileName(file) == "PPMessageSlices.cs") return [];
        var lines = File.ReadAllLines(file);
        var from = lines.Select(line => Named(line, "namespace ")).FirstOrDefault(name => name is not null) ?? string.Empty;
        return lines.Select(line => Named(line, "using ") ?? Named(line, "using static ")).OfType<string>().Select(to => (Path.GetRelativePath(Root, file), from, to));
    }

    /// <summary>The slice that a line names behind a word; null when it is no such line.</summary>
    private static string? Named(string line, string word) =>
        line.StartsWith(word + "PPMessage", StringComparison.Ordinal) ? SliceOf(line[word.Length..].TrimEnd(';')) : null;

    /// <summary>Empty for the root, and for whatever is not the product's.</summary>
    private static string SliceOf(string? name) => name?.Split('.') is ["PPMessage", var slice, ..] && Allowed.ContainsKey(slice) ? slice : string.Empty;

    private static bool WritesTimes(Type context) => Default(context).GetTypeInfo(typeof(DateTimeOffset)) is not null;

    private static JsonSerializerContext Default(Type context) => (JsonSerializerContext)context.GetProperty("Default", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
