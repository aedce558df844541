using System.Text.Json.Serialization;

namespace PPMessage.Contacts.Bulk;

internal enum ImportState
{
    Running,

    /// <summary>Ends with the chunk that is being written.</summary>
    Cancelling,
    Cancelled,
    Done,

    /// <summary>Its work was given up and is a dead letter: replayed, it goes on where it stands.</summary>
    Failed,
}

/// <summary>How many rows came to what.</summary>
internal sealed record RowCounts(long Rows, long Created, long Updated, long Unchanged, long Refused)
{
    public RowCounts Plus(RowCounts more) => new(Rows + more.Rows, Created + more.Created, Updated + more.Updated, Unchanged + more.Unchanged, Refused + more.Refused);
}

/// <summary>One import, as stored: what it was given and how far it is.</summary>
internal sealed record ImportJob
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Key of the caller.</summary>
    public required string By { get; init; }

    /// <summary>Where its lines lie.</summary>
    public required string Blob { get; init; }

    /// <summary>Of the body as it came, and of how it was to be read.</summary>
    public required string BodyHash { get; init; }

    /// <summary>Of a CSV: what each column is, null to leave it out. Null: the blob's lines are contacts as the API takes them.</summary>
    public IReadOnlyList<string?>? Columns { get; init; }

    /// <summary>Whose habits phone numbers without country code follow, from the first row to the last.</summary>
    public string? Region { get; init; }

    /// <summary>Of the blob.</summary>
    public long TotalBytes { get; init; }

    public ImportState State { get; init; }

    /// <summary>Bytes of the blob that are done with.</summary>
    public long Bytes { get; init; }

    /// <summary>Lines of the blob that are done with, empty ones included.</summary>
    public long Lines { get; init; }

    public RowCounts Counts { get; init; } = new(0, 0, 0, 0, 0);

    /// <summary>
    /// What the rows of the chunk that is being written were found to be, one letter each (<see cref="ImportChunk"/>): a repeat that finds them written counts them
    /// so again. Null: none is being written.
    /// </summary>
    public string? Planned { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it has failed; null: it has not.</summary>
    public string? Failure { get; init; }

    /// <summary>Number of the last row that is done with (<see cref="RefusedRow"/>).</summary>
    [JsonIgnore]
    public long LastRow => Columns is null ? Lines : Lines + 1;

    /// <summary>For good: nothing takes it up again.</summary>
    [JsonIgnore]
    public bool HasEnded => State is ImportState.Done or ImportState.Cancelled;
}

/// <summary>A row that was not taken.</summary>
/// <param name="Row">As a person counts: the line of an NDJSON file, the row of a table whose heading is row 1.</param>
internal sealed record RefusedRow(long Row, string Field, string Reason);

/// <summary>Which import an Idempotency-Key has made.</summary>
internal sealed record ImportKey(string ImportId, DateTimeOffset CreatedAt);

/// <summary>Work <c>import</c>: go on with it.</summary>
internal sealed record ImportWork(string ImportId);

/// <summary>An import as the API shows it.</summary>
internal sealed record ImportView(
    string Id, ImportState State, string Format, long Rows, long Created, long Updated, long Unchanged, long Refused, long Bytes, long TotalBytes, string By,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure)
{
    public static ImportView Of(ImportJob job) => new(
        job.Id, job.State, job.Columns is null ? "ndjson" : "csv", job.Counts.Rows, job.Counts.Created, job.Counts.Updated, job.Counts.Unchanged, job.Counts.Refused,
        job.Bytes, job.TotalBytes, job.By, job.CreatedAt, job.EndedAt, job.Failure);
}
