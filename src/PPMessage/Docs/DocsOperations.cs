using PPMessage.Http;

namespace PPMessage.Docs;

/// <summary>What the API's document says of itself.</summary>
internal static class DocsOperations
{
    private const string Tag = "Documentation";

    public static Operation Document() => Cached("getOpenApi", "This document", Media.Json);

    public static Operation Page() => Cached("getDocs", "This document, to be read by people", "text/html");

    public static Operation Style() => Cached("getDocsStyle", "How the page looks", "text/css");

    private static Operation Cached(string id, string summary, string mediaType) =>
        new Operation(Tag, id, summary).AnswersFile(200, summary + ".", mediaType).With("ETag").Answers(304, "As If-None-Match says.");
}
