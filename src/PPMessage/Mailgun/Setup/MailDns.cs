using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace PPMessage.Mailgun.Setup;

/// <summary>
/// Looks up what the DNS says of mail. Each look-up is bounded (<see cref="Timing.DnsTry"/>, two tries), nothing is cached: an admin looks at what was changed just now.
/// Thread-safe.
/// </summary>
internal sealed class MailDns(PPMessageOptions options)
{
    // Finding the system's servers takes a while and may fail for now; few ever check.
    private readonly Lazy<LookupClient> _client = new(() => new LookupClient(Settings(options)), LazyThreadSafetyMode.PublicationOnly);

    public Task<DnsFinding<MailHost>> MxAsync(string name, CancellationToken cancellation) =>
        AskAsync(name, QueryType.MX, answers => answers.MxRecords().Select(mx => new MailHost(mx.Preference, Plain(mx.Exchange))).OrderBy(mx => mx.Priority), cancellation);

    public Task<DnsFinding<string>> TextsAsync(string name, CancellationToken cancellation) =>
        AskAsync(name, QueryType.TXT, answers => answers.TxtRecords().Select(text => string.Concat(text.Text)), cancellation);

    private async Task<DnsFinding<T>> AskAsync<T>(string name, QueryType type, Func<IReadOnlyList<DnsResourceRecord>, IEnumerable<T>> read, CancellationToken cancellation)
    {
        try
        {
            var answer = await _client.Value.QueryAsync(name, type, cancellationToken: cancellation);
            if (answer.HasError && answer.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain) return DnsFinding<T>.Unknown(answer.ErrorMessage);
            var alias = answer.Answers.CnameRecords().FirstOrDefault(cname => Plain(cname.DomainName).Equals(name, StringComparison.OrdinalIgnoreCase));
            return new DnsFinding<T>([.. read(answer.Answers)], alias is null ? null : Plain(alias.CanonicalName));
        }
        catch (Exception e) when (e is DnsResponseException or DnsXidMismatchException or SocketException or InvalidOperationException or ArgumentException or TimeoutException)
        {
            cancellation.ThrowIfCancellationRequested();
            return DnsFinding<T>.Unknown(e.Message);
        }
    }

    // Names are written with a dot at their end.
    private static string Plain(DnsString name) => name.Value.TrimEnd('.').ToLowerInvariant();

    private static LookupClientOptions Settings(PPMessageOptions options)
    {
        var settings = options.DnsServer is { } server ? new LookupClientOptions(server) : new LookupClientOptions();
        (settings.Timeout, settings.Retries, settings.UseCache) = (options.Timing.DnsTry, 1, false);
        return settings;
    }
}

/// <param name="Records">None: the DNS says that there are none.</param>
/// <param name="Alias">What the name is another word for (CNAME); null: it is not.</param>
/// <param name="Trouble">Why it could not be looked up; null: it was.</param>
internal sealed record DnsFinding<T>(IReadOnlyList<T> Records, string? Alias = null, string? Trouble = null)
{
    public static DnsFinding<T> Unknown(string? trouble) => new([], null, ForeignWords.Short(trouble ?? "no answer"));
}

/// <summary>Who takes mail for a name (MX).</summary>
/// <param name="Priority">Mail goes to the lowest.</param>
internal sealed record MailHost(int Priority, string Name)
{
    public bool IsMailgun => Name.EndsWith(".mailgun.org", StringComparison.Ordinal);

    public override string ToString() => $"{Name} ({Priority})";
}
