using MimeKit;

namespace PPMessage.Mail;

/// <summary>Reads what Mailgun wrote about the sender; Authentication-Results is not read, as anybody may have written it.</summary>
internal static class Verdicts
{
    private const int Longest = 16;

    public static MailVerdicts Of(HeaderList headers)
    {
        var ours = headers.TakeWhile(header => !MailHeaders.Is(header, "Received")).ToList();
        return new(Word(ours, "X-Mailgun-Spf"), Word(ours, "X-Mailgun-Dkim-Check-Result"), Word(ours, "X-Mailgun-Sflag"), Score(ours, "X-Mailgun-Sscore"));
    }

    private static string? Word(List<Header> headers, string field) =>
        Value(headers, field) is { Length: <= Longest } word && word.All(char.IsAsciiLetter) ? word.ToLowerInvariant() : null;

    private static string? Score(List<Header> headers, string field) =>
        Value(headers, field) is { Length: <= Longest } score && score.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+') ? score : null;

    private static string? Value(List<Header> headers, string field) => headers.FirstOrDefault(h => MailHeaders.Is(h, field)) is { } header ? MailHeaders.Text(header) : null;
}
