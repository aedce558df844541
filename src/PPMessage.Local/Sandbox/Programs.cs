using System.Text.Json;

namespace PPMessage.Local.Sandbox;

/// <summary>What a program answers from now on.</summary>
/// <param name="Status">From 200 to 599.</param>
/// <param name="Body">Null: an empty one. A text under a <paramref name="ContentType"/> that is not JSON goes out as it is, without quotes.</param>
/// <param name="ContentType">Null: <c>application/json</c>.</param>
/// <param name="DelayMs">How long it thinks before it answers; up to a minute.</param>
/// <param name="FailFirst">So many requests are answered 503 first.</param>
internal sealed record ProgramAnswer(
    int Status = StatusCodes.Status200OK,
    JsonElement? Body = null,
    string? ContentType = null,
    int DelayMs = 0,
    int FailFirst = 0,
    IReadOnlyDictionary<string, string>? Headers = null)
{
    public const int LongestDelayMs = 60_000;

    /// <summary>Null: it can be answered.</summary>
    public string? Mistake()
    {
        if (Status is < 200 or > 599) return "status must be from 200 to 599.";
        if (DelayMs is < 0 or > LongestDelayMs) return $"delayMs must be from 0 to {LongestDelayMs}.";
        if (FailFirst is < 0 or > 1000) return "failFirst must be from 0 to 1000.";
        if (ContentType is { } type && !type.All(IsPlain)) return "contentType must be ASCII.";
        return Headers?.FirstOrDefault(header => !IsHeader(header.Key) || !header.Value.All(IsPlain)).Key is { } odd ? $"'{odd}' is no header that can be set." : null;
    }

    private static bool IsHeader(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlain(char c) => c is >= ' ' and <= '~';
}

/// <summary>A request that a program got.</summary>
/// <param name="Target">Path and query, beneath the program's URL.</param>
/// <param name="Body">Decoded as UTF-8.</param>
/// <param name="IsRepetition">Whether the program had a request with the same <c>Idempotency-Key</c> before.</param>
/// <param name="Status">What it answered.</param>
internal sealed record ProgramRequest(
    DateTimeOffset At, string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body, bool IsRepetition, int Status);

/// <summary>
/// Plays programs of a customer that flows call, under <c>/sandbox/programs/{name}</c>: each answers what it is told to and remembers what it was asked. Without being told,
/// <c>orders</c> is a small order system (<see cref="DemoOrders"/>) and every other answers 404. Thread-safe.
/// </summary>
/// <param name="baseUrl">Of the server that plays them.</param>
internal sealed class Programs(Func<Uri> baseUrl, TimeProvider time)
{
    /// <summary>Of all programs together; older ones are forgotten.</summary>
    public const int Remembered = 1000;

    private const long Heaviest = 32 * 1024 * 1024;

    private readonly Journal<(string Program, ProgramRequest Request)> _requests = new(one => one.Request.Body.Length, Heaviest, Remembered);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProgramAnswer> _answers = [];

    /// <summary>What is to be called: a path and a query may follow.</summary>
    public Uri Url(string name) => new(baseUrl(), $"/sandbox/programs/{Uri.EscapeDataString(name)}");

    /// <summary>Sets what it answers, instead of what it answered so far.</summary>
    public void Put(string name, ProgramAnswer answer)
    {
        if (answer.Mistake() is { } mistake) throw new ArgumentException(mistake, nameof(answer));
        lock (_lock) _answers[name] = answer;
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ProgramRequest> Requests(string name) => [.. _requests.All.Where(one => one.Program == name).Select(one => one.Request)];

    /// <summary>Remembers a request and says what to answer.</summary>
    public ProgramAnswer Take(string name, string method, string target, IReadOnlyDictionary<string, string> headers, string body)
    {
        lock (_lock)
        {
            var answer = Next(name, method, target);
            var key = headers.GetValueOrDefault("Idempotency-Key");
            var isRepetition = key is not null && Requests(name).Any(earlier => earlier.Headers.GetValueOrDefault("Idempotency-Key") == key);
            _requests.Add((name, new ProgramRequest(time.GetUtcNow(), method, target, headers, body, isRepetition, answer.Status)));
            return answer;
        }
    }

    private ProgramAnswer Next(string name, string method, string target)
    {
        if (!_answers.TryGetValue(name, out var answer)) return Untold(name, method, target);
        if (answer.FailFirst == 0) return answer;
        _answers[name] = answer with { FailFirst = answer.FailFirst - 1 };
        return answer with { Status = StatusCodes.Status503ServiceUnavailable, Body = null };
    }

    private static ProgramAnswer Untold(string name, string method, string target) =>
        name == DemoOrders.Name ? DemoOrders.Answer(method, target) : DemoOrders.NotFound($"Nobody has said what {name} answers: PUT /sandbox/programs/{name}.");
}
