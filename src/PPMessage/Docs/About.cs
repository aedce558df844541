using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace PPMessage.Docs;

/// <summary>What holds for every operation.</summary>
internal static class About
{
    public const string Text = """
        Customer conversations by SMS and e-mail.

        Bodies are JSON in UTF-8, camelCase; a property that is not known is refused (400, with its name), and so are a query parameter that is not known and a number beyond a double's. Enums are lower-case words. Times are RFC 3339 in UTC.
        Lists come by the page: give next of one answer as cursor of the next request. A resource's ETag is the version of what a client can change: with If-Match a change
        is made only if nobody else has changed it (412). With an Idempotency-Key a POST is done once, however often it is sent within 24 hours.
        Errors are problem details (RFC 9457): errors says, place by place, what is wrong with a request. Any operation may answer 500, with a problem.

        Authorization: Bearer, with the admin key of the settings, an agent's own token, or a token of the sign-in provider (OpenID Connect) that the settings name: it
        stands for the agent who has its verified e-mail address. Each token may ask so often a second (429, with Retry-After). This document and its page (/api/docs) are read without one: they hold nothing
        of this workspace. Without an admin key in the settings everything but /health answers 503.
        """;

    /// <summary>Tags of operations in the order in which a reader needs them; one that is missing here comes last.</summary>
    public static readonly IReadOnlyList<(string Name, string Says)> Tags =
    [
        ("Conversations", "What contacts and agents write to each other, who has it, and what changes."),
        ("Contacts", "People who write, and their addresses."),
        ("Contact attributes", "What a workspace keeps of its contacts beyond the usual."),
        ("Import and export", "Contacts by the file."),
        ("Segments", "Filters over contacts, by name."),
        ("Campaigns", "What is sent to a segment, once or by a schedule, and what comes of it."),
        ("Suppressions", "Addresses that are not to be messaged."),
        ("Unsubscribing", "What recipients of campaigns open; whoever has the link needs no token."),
        ("Channels", "Numbers and mailboxes, and their set-up at the provider."),
        ("Agents", "People who answer."),
        ("Teams", "Agents who share conversations."),
        ("Predefined answers", "Texts that agents need often."),
        ("Flows", "What happens by itself when somebody writes."),
        ("Flow runs", "What flows do, contact by contact."),
        ("Webhooks", "Changes, pushed to your program."),
        ("Settings", "What holds for the whole workspace."),
        ("Audit", "Who changed what."),
        ("Dead letters", "Work that failed for good."),
        ("Callbacks", "What providers call; nobody else does."),
        ("Health", "For whoever watches the process."),
        ("Documentation", "This document."),
    ];

    public static JsonObject Problem => JsonNode.Parse(
        """
        {"type":"object","properties":{
          "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},
          "detail":{"type":"string","description":"What is wrong, and what to do about it."},
          "errors":{"type":"object","description":"By place in the request: what is wrong there.","additionalProperties":{"type":"array","items":{"type":"string"}}},
          "places":{"type":"array","description":"What stands in the way at a provider.","items":{"type":"object","additionalProperties":true}}},
         "required":["type","title","status","detail"]}
        """)!.AsObject();

    public static JsonObject ProblemExample(int status, string when) => new()
    {
        ["type"] = "about:blank", ["title"] = ReasonPhrases.GetReasonPhrase(status), ["status"] = status, ["detail"] = when,
    };
}
