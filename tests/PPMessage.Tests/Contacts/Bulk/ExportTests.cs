using System.Text;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;
using static PPMessage.Tests.Contacts.Bulk.Importing;

namespace PPMessage.Tests.Contacts.Bulk;

public sealed class ExportTests
{
    [Theory]
    [InlineData("ndjson", Lines)]
    [InlineData("csv", Table)]
    public async Task What_is_exported_is_imported_again_unchanged_and_makes_the_same_contacts_elsewhere(string format, string type)
    {
        await using var workspace = await Workspace.StartAsync();
        await DefineAsync(workspace);
        var made = await FillAsync(workspace);
        var file = await workspace.Client.GetByteArrayAsync($"/api/contacts/export?format={format}");
        Assert.Equal((made.Count, 0, 0, made.Count, 0), (await workspace.ImportAsync(file, type)).Counts);

        await using var other = await Workspace.StartAsync();
        await DefineAsync(other);
        var told = await other.ImportAsync(file, type);
        // One has no address by which it could be found again, and one a name for its number, which only a phone can tell.
        Assert.True((made.Count, made.Count - 2, 0, 0, 2) == told.Counts, told.Text);
        var there = (await other.ListAsync("/api/contacts")).ToDictionary(contact => contact.Word("externalId"), Lasting);
        Assert.All(made.Where(contact => contact.GetProperty("externalId").ValueKind == JsonValueKind.String), contact => Assert.Equal(Lasting(contact), there[contact.Word("externalId")]));
    }

    [Fact]
    public async Task A_table_opens_in_Excel_and_holds_no_formula()
    {
        await using var workspace = await Workspace.StartAsync();
        string[] names = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-x", "'=1", "＝1", "-5", "+5", "王芳", "-2+3+cmd|' /C calc'!A0"];
        foreach (var (name, i) in names.Select((name, i) => (name, i))) await workspace.PostAsync("/api/contacts", new { name, externalId = $"e{i}" });
        using var answer = await workspace.Client.GetAsync("/api/contacts/export?format=csv");
        Assert.Equal(("text/csv", "utf-8"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentType.CharSet));
        Assert.Equal("contacts-2026-11-23.csv", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(Encoding.UTF8.Preamble, bytes.AsSpan(0, 3));
        var cells = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).ToDictionary(row => row.Split(',')[4], row => row.Split(',')[1]);
        Assert.Equal(["'=1+1", "'@SUM(A1)", "'+cmd|' /C calc'!A0", "'-x", "''=1", "'＝1", "-5", "+5", "王芳", "'-2+3+cmd|' /C calc'!A0"], names.Select((_, i) => cells[$"e{i}"]));
        Assert.NotEqual(0xEF, (await workspace.Client.GetByteArrayAsync("/api/contacts/export?format=csv&bom=false"))[0]);
        Assert.Equal((10, 0, 0, 10, 0), (await workspace.ImportAsync(bytes, Table)).Counts);
    }

    [Fact]
    public async Task Every_contact_is_exported_once_by_admins_only_and_the_audit_says_so()
    {
        await using var workspace = await Workspace.StartAsync();
        var file = string.Join('\n', Enumerable.Range(0, 1500).Select(i => $$"""{"externalId":"e{{i}}"}"""));
        await workspace.ImportAsync(file);
        var lines = (await workspace.Client.GetStringAsync("/api/contacts/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 1500).Select(i => $"e{i}").Order(StringComparer.Ordinal), lines.Select(line => JsonElement.Parse(line).Word("externalId")).Order(StringComparer.Ordinal));
        Assert.Contains(await workspace.ListAsync("/api/audit"), line => line.Word("action") == "contacts.exported");
        Assert.Equal(400, (await workspace.CallAsync("GET", "/api/contacts/export?format=xlsx")).Status);
        var (_, agent) = await workspace.HireAsync("exporter");
        using (agent) Assert.Equal(403, (await agent.CallAsync("GET", "/api/contacts/export")).Status);
    }

    private static string Lasting(JsonElement contact)
    {
        string[] fields = ["name", "phones", "emails", "tags", "timeZone", "locale"];
        var attributes = contact.GetProperty("attributes").EnumerateObject().OrderBy(attribute => attribute.Name, StringComparer.Ordinal).Select(attribute => attribute.ToString());
        return string.Join('|', fields.Select(field => contact.GetProperty(field).GetRawText()).Concat(attributes));
    }

    private static async Task DefineAsync(Workspace workspace)
    {
        foreach (var type in new[] { "text", "number", "date", "boolean", "list" }) await workspace.PostAsync("/api/contact-attributes", new { key = $"a_{type}", name = type, type });
        await workspace.PostAsync("/api/contact-attributes", new { key = "a_choice", name = "套餐", type = "choice", choices = new[] { "专业", "免费" } });
    }

    private static async Task<IReadOnlyList<JsonElement>> FillAsync(Workspace workspace)
    {
        object[] contacts =
        [
            new { name = "王,芳", externalId = "e1", phones = new[] { "+8613800138000", "+8613900139000" }, emails = new[] { "a;b@example.cn" }, tags = new[] { "a;b", "[c]", "老客户" }, timeZone = "Asia/Shanghai", locale = "zh-CN" },
            new { externalId = "e2", attributes = new { a_text = "第一行\n\"第二行\"\r\n, 完", a_number = -1.5e3, a_date = "2026-11-22", a_boolean = false, a_choice = "专业", a_list = new[] { "茶；绿茶", " x", "" } } },
            new { externalId = "e3", attributes = new { a_text = "  ", a_list = Array.Empty<string>(), 未定义 = new[] { "甲" }, other = 5, flag = true, text = "=1+1" } },
            new { externalId = "'e4", attributes = new { a_text = "=HYPERLINK(1)", a_list = new[] { "一", "二" } } },
            new { name = "没有地址" },
        ];
        foreach (var contact in contacts) await workspace.PostAsync("/api/contacts", contact);
        await workspace.OpenAsync("Tmall", "您的包裹");
        return await workspace.ListAsync("/api/contacts");
    }
}
