using Microsoft.AspNetCore.Http;
using PPMessage.Http;
using PPMessage.Mail;

namespace PPMessage.Conversations;

/// <summary>What an agent wrote, read from a request: text, HTML made harmless, files. Which of it a channel can express is the channel's to say.</summary>
internal sealed record Written(string Text, string? Html, IReadOnlyList<DraftFile> Files)
{
    /// <summary>Generous for any channel; a channel's own bound is its sender's to name.</summary>
    public const int LongestText = 20_000;

    private const int LongestHtml = 500_000;
    private const int MostFiles = 20;
    private const int LongestName = 150;
    private const int LongestType = 100;

    /// <summary>Files of one message together, in bytes.</summary>
    public const int MostBytes = 20 * 1024 * 1024;

    /// <summary>Null with the answer when it can't be used.</summary>
    public static Written? Of(string? text, string? html, IReadOnlyList<NewAttachment>? attachments, out IResult? problem)
    {
        problem = TextProblem(text) ?? HtmlProblem(html);
        if (problem is not null) return null;
        if (ReadFiles(attachments ?? [], out problem) is not { } files) return null;
        var clean = string.IsNullOrWhiteSpace(html) ? null : HtmlCleaner.Clean(html);
        var said = string.IsNullOrWhiteSpace(text) && clean is not null ? Texts.Beginning(HtmlCleaner.ToText(clean), LongestText - 1) : text ?? string.Empty;
        if (!string.IsNullOrWhiteSpace(said) || files.Count > 0) return new Written(said, clean, files);
        problem = Problems.Invalid("text", "is required");
        return null;
    }

    private static IResult? TextProblem(string? text)
    {
        if (text?.Length > LongestText) return Problems.Invalid("text", $"may have at most {LongestText} characters");
        return text is not null && WrittenText.HasControls(text) ? Problems.Invalid("text", "must not have control characters") : null;
    }

    private static IResult? HtmlProblem(string? html) =>
        html?.Length > LongestHtml ? Problems.Invalid("html", $"may have at most {LongestHtml} characters") : null;

    private static List<DraftFile>? ReadFiles(IReadOnlyList<NewAttachment> attachments, out IResult? problem)
    {
        var files = new List<DraftFile>();
        problem = attachments.Count > MostFiles ? Problems.Invalid("attachments", $"may be at most {MostFiles}") : null;
        for (var i = 0; i < attachments.Count && problem is null; i++)
        {
            if (File(attachments[i], $"attachments[{i}]", out problem) is { } file) files.Add(file);
        }

        if (problem is null && files.Sum(file => (long)file.Bytes.Length) > MostBytes) problem = Problems.Invalid("attachments", $"may have at most {MostBytes} bytes together");
        return problem is null ? files : null;
    }

    private static DraftFile? File(NewAttachment? attachment, string field, out IResult? problem)
    {
        problem = attachment switch
        {
            null => Problems.Invalid(field, "must be an object"),
            { Name: var name } when !IsName(name) => Problems.Invalid($"{field}.name", $"must be a file name of 1 to {LongestName} characters, without a path"),
            { ContentType: { } type } when !IsType(type) => Problems.Invalid($"{field}.contentType", "must be a media type such as image/png"),
            _ => null,
        };
        if (problem is not null) return null;
        if (Bytes(attachment!.Base64) is { } bytes) return new DraftFile(attachment.Name!.Trim(), attachment.ContentType ?? "application/octet-stream", bytes);
        problem = Problems.Invalid($"{field}.base64", "must be the content in base64");
        return null;
    }

    private static bool IsName(string? name) =>
        name?.Trim() is { Length: > 0 and <= LongestName } trimmed && trimmed is not ("." or "..") && !trimmed.Any(c => char.IsControl(c) || c is '/' or '\\' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    private static bool IsType(string type) =>
        type.Length <= LongestType && System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out var parsed) && parsed.MediaType == type;

    private static byte[]? Bytes(string? base64)
    {
        if (base64 is null) return null;
        var bytes = new byte[((base64.Length * 3L) / 4) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
