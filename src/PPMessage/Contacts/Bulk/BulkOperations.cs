using PPMessage.Http;

namespace PPMessage.Contacts.Bulk;

/// <summary>What the API's document says of contacts by the file.</summary>
internal static class BulkOperations
{
    private const string Tag = "Import and export";

    private const string Flag = """{"type":"string","enum":["true","false"]}""";

    private const string Example =
        $$"""
        {"id":"{{Samples.Import}}","state":"done","format":"csv","rows":3,"created":1,"updated":1,"unchanged":0,"refused":1,"bytes":96,
        "totalBytes":96,"by":"{{Samples.Agent}}","createdAt":"2026-11-20T08:00:00Z","endedAt":"2026-11-20T08:00:02Z"}
        """;

    private const string RefusedRow = """{"row":3,"field":"phones[0]","reason":"is no phone number: write it as +86 138 0000 0000"}""";

    private const string Contact =
        $$"""{"name":"李薇","phones":["{{Samples.Phone}}"],"emails":[],"attributes":{"{{Samples.Attribute}}":"金卡"},"tags":["老客户"]}""";

    private const string Told =
        $$$"""
        {"import":"{{{Samples.Import}}}"}
        {"refused":{{{RefusedRow}}}}
        {"progress":{"rows":3,"created":1,"updated":1,"unchanged":0,"refused":1,"bytes":96,"totalBytes":96}}
        {"done":true,"state":"done","rows":3,"created":1,"updated":1,"unchanged":0,"refused":1,"refusedRows":[{{{RefusedRow}}}]}

        """;

    public static Operation Export() =>
        new Operation(Tag, "exportContacts", "Gives all contacts as a file", "It can be imported again. A file whose end is missing is not whole.")
            .Query("format", "ndjson by default; csv for spreadsheets.", "csv", """{"type":"string","enum":["ndjson","csv"]}""")
            .Query("bom", "Whether a CSV begins with a byte order mark, which Excel needs for Chinese; true by default.", null, Flag)
            .AnswersText(200, "The contacts, as a download.", Media.Csv,
                $"id,name,phones,emails,externalId,tags,timeZone,locale,attributes.{Samples.Attribute},attributes,createdAt,updatedAt\r\n"
                + $"{Samples.Contact},李薇,{Samples.Phone},,{Samples.ExternalId},老客户,Asia/Shanghai,zh-CN,金卡,,2026-11-02T03:14:15Z,2026-11-20T08:00:00Z\r\n")
            .With("Content-Disposition")
            .AnswersText(200, string.Empty, Media.Lines, Contact.Replace("{\"name\"", $"{{\"id\":\"{Samples.Contact}\",\"name\"", StringComparison.Ordinal) + "\n");

    public static Operation Import() =>
        new Operation(Tag, "importContacts", "Makes and changes contacts by the file",
                """
                A CSV with headings (UTF-8, or charset=gb18030 and others), or a contact a line as createContact takes it. A row belongs to the contact that its id, externalId
                or an address names, and changes it; otherwise it makes one. Rows with mistakes are told and left out. The answer tells how it goes, line by line; whoever stops
                reading it stops nothing: Location says where the import can be looked up for 90 days.
                """)
            .Keyed("A name for this request: repeated within 24 hours it is not imported again, and the answer tells how the first one goes.")
            .Query("columns", "Of a CSV: what its columns are, as a JSON object of heading to field (attributes.<key> for an attribute), null to leave one out. Without it headings are fields' names.",
                $$"""{"姓名":"name","手机":"phones","会员等级":"attributes.{{Samples.Attribute}}","备注":null}""")
            .Query("delimiter", "Of a CSV: one character, or tab; found out by default.")
            .TakesText(Media.Csv, $"姓名,手机,会员等级,备注\r\n李薇,{Samples.Phone},金卡,老客户\r\n王芳,+86 139 0013 9000,银卡,\r\n")
            .TakesText(Media.Lines, Contact + "\n")
            .Refuses(413, "Larger than an import may be: split it.")
            .AnswersText(200, "How it goes: import (its id), progress and refused as often as there is something to tell, and done at the end.", Media.Lines, Told).With("Location");

    public static Operation List() =>
        new Operation(Tag, "listImports", "Lists imports", "Newest first.").Pages()
            .Answers(200, "Imports.", BulkJson.Default.PageImportView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Get() => One("getImport", "Reads how far an import is").Answers(200, "The import.", BulkJson.Default.ImportView, Example);

    public static Operation Refused() =>
        One("listRefusedRows", "Lists the rows of an import that were not taken", "In the order of the file: the heading of a CSV is row 1.").Pages()
            .Answers(200, "Rows.", BulkJson.Default.PageRefusedRow, $$"""{"items":[{{RefusedRow}}],"next":null}""");

    public static Operation Cancel() =>
        One("cancelImport", "Stops an import", "Rows that were taken stay. What has ended stays as it is.").Refuses(409, "It goes on too fast: try again.")
            .Answers(200, "The import, which ends soon.", BulkJson.Default.ImportView, Example.Replace("\"state\":\"done\"", "\"state\":\"cancelling\"", StringComparison.Ordinal));

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The import's id.", Samples.Import);
}
