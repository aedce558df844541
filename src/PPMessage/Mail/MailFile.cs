namespace PPMessage.Mail;

/// <summary>A file of a mail: attachment, inline image, attached mail.</summary>
/// <remarks>Its content lies in the mail's stream, which must still be open, and is read by one caller at a time.</remarks>
/// <param name="Name">Safe as a file name, unique in its mail.</param>
/// <param name="ContentType">As the sender claims, without parameters: not to be trusted when it is served.</param>
/// <param name="ContentId">Without angle brackets; several files may have the same.</param>
internal sealed record MailFile(string Name, string ContentType, string? ContentId, bool Inline)
{
    public required Func<Stream, CancellationToken, Task> Content { private get; init; }

    /// <summary>Writes the decoded content, piece by piece.</summary>
    public Task WriteToAsync(Stream destination, CancellationToken cancellation) => Content(destination, cancellation);
}
