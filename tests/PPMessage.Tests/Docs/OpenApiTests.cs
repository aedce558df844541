using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using PPMessage.Docs;
using PPMessage.Http;
using PPMessage.Tests.Http;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Docs;

/// <summary>The document against the running app: nothing in it that is not so, nothing missing.</summary>
public sealed class OpenApiTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    /// <summary>Where nothing of the API is: the host asks it whether the program is up.</summary>
    private const string Welcome = "/";

    /// <summary>Bodies of these are not the API's own.</summary>
    private const string Callbacks = "/hooks";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Every_endpoint_is_in_the_document_and_nothing_else()
    {
        var mapped = Workspace.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"))
            .Where(endpoint => endpoint != $"GET {Welcome}").ToList();
        var api = await ReadAsync();
        Assert.Equal(mapped.Order(StringComparer.Ordinal), api.Operations.Select(operation => operation.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(api.Operations.Count, api.Operations.Select(operation => operation.Id).Distinct().Count());
        Assert.Equal(About.Tags.Select(tag => tag.Name), api.Json["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task It_is_read_by_a_reader_of_others_without_a_complaint()
    {
        var read = OpenApiDocument.Parse(await Workspace.Client.GetStringAsync("/api/openapi.json"), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal((await ReadAsync()).Operations.Count, read.Document!.Paths.Values.Sum(path => path.Operations!.Count));
    }

    [Fact]
    public async Task Every_example_fits_its_schema()
    {
        var api = await ReadAsync();
        var contents = api.Operations.SelectMany(operation => operation.Bodies.Select(body => (Where: $"{operation} {body.Key}", Content: body.Value!))
            .Concat(operation.Responses.SelectMany(answer => (api.Answer(operation, answer.Key)!["content"] as JsonObject ?? []).Select(content => (Where: $"{operation} {answer.Key}", Content: content.Value!)))));
        var checkable = contents.Where(one => one.Content["schema"] is not null && one.Content["example"] is not null).ToList();
        Assert.True(checkable.Count > 100);
        var mistakes = checkable.SelectMany(one =>
            SchemaCheck.Of(api.Json, one.Content["schema"]!, JsonSerializer.SerializeToElement(one.Content["example"])).Select(mistake => $"{one.Where}: {mistake}")).ToList();
        Assert.True(mistakes.Count == 0, string.Join(Environment.NewLine, mistakes));
        Assert.Empty(contents.Where(one => one.Content["schema"] is not null && one.Content["example"] is null).Select(one => one.Where));
    }

    [Fact]
    public async Task Every_operation_does_with_its_example_what_the_document_says()
    {
        var mistakes = new List<string>();
        var api = await ReadAsync();
        foreach (var operation in api.Operations)
        {
            var real = await StandIns.MakeAsync(Workspace, operation.Id);
            using var request = Caller.Request(Workspace, operation, real);
            using var answer = await FinishAsync((IsOfAgents(operation) ? real.Agent : Workspace.Client).SendAsync(request));
            if (!answer.IsSuccessStatusCode) mistakes.Add($"{operation}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            mistakes.AddRange((await api.MistakesAsync(operation, answer)).Select(mistake => $"{operation}: {mistake}"));
        }

        Assert.True(mistakes.Count == 0, string.Join(Environment.NewLine, mistakes));
    }

    [Fact]
    public async Task Every_operation_refuses_as_the_document_says()
    {
        var mistakes = new List<string>();
        var api = await ReadAsync();
        var (_, agent) = await Workspace.HireAsync("lin");
        using var stranger = new HttpClient { BaseAddress = Workspace.BaseUrl };
        foreach (var operation in api.Operations)
        {
            if (operation.NeedsToken) await RefusedAsync(stranger, operation, 401);
            if (operation.IsForAdmins) await RefusedAsync(agent, operation, 403);
            if (operation.Path.Contains('{', StringComparison.Ordinal)) await RefusedAsync(IsOfAgents(operation) ? agent : Workspace.Client, operation, 404);
        }

        Assert.True(mistakes.Count == 0, string.Join(Environment.NewLine, mistakes));

        async Task RefusedAsync(HttpClient client, DocumentedOperation operation, int expected)
        {
            // The samples themselves: nothing here has their ids.
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Regex.Replace(operation.Path, @"\{\w+\}", "nobody", RegexOptions.None, TimeSpan.FromSeconds(1)));
            if (operation.JsonBody is { } body && !operation.Path.StartsWith(Callbacks, StringComparison.Ordinal))
                request.Content = new StringContent(Caller.Unescaped(body["example"]!), Encoding.UTF8, Media.Json);
            using var answer = await client.SendAsync(request);
            if ((int)answer.StatusCode != expected) mistakes.Add($"{operation}: {(int)answer.StatusCode} where {expected} was expected");
            if (answer.Content.Headers.ContentType?.MediaType != Media.Problem && operation.Method != "HEAD") mistakes.Add($"{operation}: {expected} is no problem");
            mistakes.AddRange((await api.MistakesAsync(operation, answer)).Select(mistake => $"{operation}: {expected} {mistake}"));
        }
    }

    [Fact]
    public async Task A_query_may_have_what_the_document_names_and_nothing_else_but_from_strangers_and_providers()
    {
        var mistakes = new List<string>();
        foreach (var operation in (await ReadAsync()).Operations)
        {
            var path = Regex.Replace(operation.Path, @"\{\w+\}", "nobody", RegexOptions.None, TimeSpan.FromSeconds(1));
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), $"{path}?undescribed=1");
            using var answer = await Workspace.Client.SendAsync(request);
            var isRefused = answer.StatusCode == HttpStatusCode.BadRequest && (await answer.Content.ReadAsStringAsync()).Contains("\"undescribed\":", StringComparison.Ordinal);
            if (isRefused != operation.NeedsToken) mistakes.Add($"{operation}: {(int)answer.StatusCode}");
        }

        Assert.True(mistakes.Count == 0, string.Join(Environment.NewLine, mistakes));
    }

    [Fact]
    public async Task A_body_may_have_what_the_document_names_and_nothing_else()
    {
        var mistakes = new List<string>();
        var api = await ReadAsync();
        var operations = api.Operations.Where(operation => operation.JsonBody is not null && !operation.Path.StartsWith(Callbacks, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(operations);
        var bodies = new Bodies(api.Json);
        foreach (var operation in operations)
        {
            var schema = operation.JsonBody!["schema"]!.AsObject();
            var real = await StandIns.MakeAsync(Workspace, operation.Id);
            var told = await SendAsync(operation, real, bodies.Every(schema));
            if (told.Contains("is not known", StringComparison.Ordinal)) mistakes.Add($"{operation}: {told}");
            foreach (var (place, names, body) in bodies.WithOneMore(schema))
            {
                told = await SendAsync(operation, real, body);
                var refusal = Regex.Match(told, $"\"{Regex.Escape(place)}undescribed\":\\[\"is not known(; it may be )?(?<known>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
                if (!refusal.Success) mistakes.Add($"{operation}: takes {place}undescribed: {told}");
                // Where the contract of a type reads the body, the schema is that contract.
                else if (refusal.Groups["known"].Length > 0 && !names.Order().SequenceEqual(refusal.Groups["known"].Value.Split(", ").Order()))
                    mistakes.Add($"{operation}: {place} is described with {string.Join(", ", names)}, and {refusal.Value}");
            }
        }

        Assert.True(mistakes.Count == 0, string.Join(Environment.NewLine, mistakes));
    }

    [Fact]
    public async Task The_document_and_its_page_are_read_without_a_token_and_asked_for_again_cost_nothing()
    {
        using var stranger = new HttpClient { BaseAddress = Workspace.BaseUrl };
        foreach (var path in new[] { "/api/openapi.json", "/api/docs", "/api/docs/style.css" })
        {
            using var first = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var second = await stranger.SendAsync(again);
            Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));
        }
    }

    [Fact]
    public async Task Without_an_admin_key_the_document_is_not_served_either()
    {
        await using var app = await TestApp.StartAsync(TestApp.Settings(adminKey: null), services => services.AddDocs(), map => map.MapDocs());
        var reply = await app.Stranger.AskAsync("/api/openapi.json");
        Assert.Equal((503, Media.Problem), (reply.Status, reply.ContentType));
    }

    [Fact]
    public async Task The_page_asks_no_other_host_and_runs_no_script()
    {
        using var answer = await Workspace.Client.GetAsync("/api/docs");
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("https?:|unsafe|\\*", policy);
        Assert.DoesNotMatch("(?i)<(script|iframe|img|object|embed|form|style)|\\son\\w+=|\\sstyle=", html);
        Assert.All(Regex.Matches(html, "(href|src)=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)), link => Assert.Matches("^(/(?!/)|#)", link.Groups["to"].Value));
        Assert.DoesNotMatch("(?i)url\\(|@import|https?:", await Workspace.Client.GetStringAsync("/api/docs/style.css"));
        foreach (var operation in (await ReadAsync()).Operations) Assert.Contains($"<details id=\"{operation.Id}\">", html, StringComparison.Ordinal);
    }

    private async Task<DocumentedApi> ReadAsync() => new(await Workspace.Client.GetStringAsync("/api/openapi.json"));

    private async Task<string> SendAsync(DocumentedOperation operation, StandIns real, JsonObject body)
    {
        using var request = Caller.Request(Workspace, operation, real, body.ToJsonString(), key: false);
        using var answer = await (IsOfAgents(operation) ? real.Agent : Workspace.Client).SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Some answer only when work that they have put into the queue is done.</summary>
    private async Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> asked)
    {
        while (await Task.WhenAny(asked, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System)) != asked)
        {
            await Workspace.DrainAsync();
            Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        }

        return await asked;
    }

    /// <summary>The admin key is nobody.</summary>
    private static bool IsOfAgents(DocumentedOperation operation) =>
        operation.Path.StartsWith("/api/agents/me", StringComparison.Ordinal) || operation.Id == "takeConversation";
}
