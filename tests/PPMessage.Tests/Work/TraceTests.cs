using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Work;

public sealed class TraceTests : IDisposable
{
    // Other tests run beside this one and make spans too: those of a trace are told by its id.
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            // ASP.NET Core's spans take the trace over from the request.
            ShouldListenTo = source => source.Name is Telemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Work_carries_the_trace_that_put_it_there_and_only_while_one_is_recorded()
    {
        using var cause = new Activity("cause").SetIdFormat(ActivityIdFormat.W3C).Start();
        Assert.Null(WorkMessage.Of("send", default).Trace);
        cause.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        var text = WorkMessage.Of("send", JsonSerializer.SerializeToElement("x")).ToText();
        Assert.Equal(cause.Id, WorkMessage.Parse(text)!.Trace);
        using var envelope = JsonDocument.Parse(text);
        Assert.Equal(["work"], envelope.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Work_is_of_the_trace_that_put_it_there_and_says_how_it_ended()
    {
        await using var workspace = await Workspace.StartAsync();
        string text;
        ActivitySpanId by;
        using (var cause = Cause())
        {
            text = WorkMessage.Of("send", JsonSerializer.SerializeToElement("no such thing")).ToText();
            by = cause.SpanId;
        }

        await workspace.Services.GetRequiredService<WorkRunner>().RunAsync(text, WorkRunner.MaxAttempts, CancellationToken.None);
        var work = Assert.Single(_spans, span => span.ParentSpanId == by);
        Assert.Equal((Telemetry.WorkSpan, "send", WorkRunner.MaxAttempts, "dead"), (work.OperationName, Tag(work, "work.kind"), work.GetTagItem("work.attempt"), Tag(work, "outcome")));
        Assert.Equal(ActivityStatusCode.Error, work.Status);
    }

    [Fact]
    public async Task A_callback_and_a_reply_with_its_call_of_the_provider_are_traced_without_numbers_and_texts()
    {
        await using var workspace = await Workspace.StartAsync();
        using var cause = Cause();
        var phone = Calls.NewPhone();
        var conversation = await workspace.OpenAsync(phone, "请问发货了吗");
        Assert.Equal(201, (await workspace.SayAsync(conversation, "昨天已发出")).Status);

        var spans = _spans.Where(span => span.TraceId == cause.TraceId && span.Source.Name == Telemetry.Name).ToList();
        var callback = spans.First(span => span.OperationName == Telemetry.CallbackSpan);
        Assert.Equal(("sms", "accepted"), (Tag(callback, "channel.kind"), Tag(callback, "outcome")));
        var call = spans.First(span => span.OperationName == Telemetry.ProviderCallSpan);
        Assert.Equal(("twilio", "answered", 201), (Tag(call, "provider"), Tag(call, "outcome"), call.GetTagItem("http.response.status_code")));
        var said = string.Join('\n', spans.SelectMany(span => span.TagObjects.Select(tag => $"{span.DisplayName} {tag.Key}={tag.Value}")));
        Assert.All([phone[1..], "请问发货了吗", "昨天已发出"], secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
    }

    private static Activity Cause() => Telemetry.Source.StartActivity(
        "cause", ActivityKind.Internal, new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded))!;

    private static string? Tag(Activity span, string name) => (string?)span.GetTagItem(name);
}
