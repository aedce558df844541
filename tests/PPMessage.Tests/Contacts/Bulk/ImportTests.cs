using System.Text;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;
using static PPMessage.Tests.Contacts.Bulk.Importing;

namespace PPMessage.Tests.Contacts.Bulk;

public sealed class ImportTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Lines_become_contacts_and_a_second_time_nothing_changes()
    {
        var (one, two) = (Calls.NewPhone(), Calls.NewPhone());
        var file = $$"""
            {"name":"王芳","phones":["{{one}}"],"externalId":"crm-1-{{one}}","attributes":{"城市":"北京","seats":5},"tags":["vip"],"timeZone":"Asia/Shanghai","locale":"zh-CN"}

            {"name":"李雷","phones":["{{two}}"],"emails":["Lei{{two[1..]}}@Example.cn"]}
            """;
        var first = await Workspace.ImportAsync(file);
        Assert.Equal((200, (2, 2, 0, 0, 0)), (first.Status, first.Counts));
        Assert.True(first.Last.GetProperty("done").GetBoolean());
        Assert.Contains(first.Lines, line => line.TryGetProperty("progress", out var progress) && progress.GetProperty("rows").GetInt32() == 2);
        var wang = await Workspace.ContactAsync(Phone(one));
        Assert.Equal(("王芳", """{"城市":"北京","seats":5}""", "Asia/Shanghai"), (wang.Word("name"), wang.GetProperty("attributes").GetRawText(), wang.Word("timeZone")));
        Assert.Equal("李雷", (await Workspace.ContactAsync($"address=lei{two[1..]}@example.cn")).Word("name"));

        Assert.Equal((2, 0, 0, 2, 0), (await Workspace.ImportAsync(file)).Counts);
        var shown = await Workspace.GetAsync($"/api/contacts/imports/{first.Import}");
        Assert.Equal(("done", "ndjson", 2), (shown.Word("state"), shown.Word("format"), shown.GetProperty("created").GetInt32()));
        Assert.Equal(shown.GetProperty("totalBytes").GetInt64(), shown.GetProperty("bytes").GetInt64());
        Assert.Contains(await Workspace.ListAsync("/api/contacts/imports"), import => import.Word("id") == first.Import);
        Assert.Contains(await Workspace.ListAsync("/api/audit"), line => line.Word("action") == "contacts.imported" && line.Word("subject") == first.Import);
    }

    [Fact]
    public async Task A_row_is_merged_into_the_contact_that_has_one_of_its_addresses()
    {
        var (phone, more) = (Calls.NewPhone(), Calls.NewPhone());
        var made = await Workspace.PostAsync("/api/contacts", new { name = "Li", phones = new[] { phone }, tags = new[] { "a" }, attributes = new { plan = "free", city = "西安" } });
        var told = await Workspace.ImportAsync($$"""{"phones":["{{phone}}","{{more}}"],"externalId":"x-{{phone}}","tags":["b"],"attributes":{"plan":"pro","city":null} }""");
        Assert.Equal((1, 0, 1, 0, 0), told.Counts);
        var after = await Workspace.ContactAsync($"externalId=x-{Uri.EscapeDataString(phone)}");
        Assert.Equal((made.Word("id"), "Li", """{"plan":"pro"}"""), (after.Word("id"), after.Word("name"), after.GetProperty("attributes").GetRawText()));
        Assert.Equal($"""["{phone}","{more}"]["a","b"]""", after.GetProperty("phones").GetRawText() + after.GetProperty("tags").GetRawText());
        Assert.Equal(after.Word("id"), (await Workspace.ContactAsync(Phone(more))).Word("id"));
    }

    [Fact]
    public async Task Two_rows_of_one_file_with_one_address_are_one_contact()
    {
        var (phone, more) = (Calls.NewPhone(), Calls.NewPhone());
        var told = await Workspace.ImportAsync($$"""
            {"name":"一","phones":["{{phone}}"]}
            {"name":"二","phones":["{{phone}}","{{more}}"]}
            {"phones":["{{more}}"],"tags":["三"]}
            {"phones":["{{more}}"]}
            """);
        Assert.Equal((4, 1, 2, 1, 0), told.Counts);
        var contact = await Workspace.ContactAsync(Phone(more));
        Assert.Equal(("二", """["三"]"""), (contact.Word("name"), contact.GetProperty("tags").GetRawText()));
    }

    [Fact]
    public async Task What_can_not_be_taken_is_told_with_its_row_its_field_and_the_reason()
    {
        var (one, two, fresh) = (Calls.NewPhone(), Calls.NewPhone(), Calls.NewPhone());
        var (first, second) = ((await Workspace.PostAsync("/api/contacts", new { phones = new[] { one }, externalId = $"e-{one}" })).Word("id"), (await Workspace.PostAsync("/api/contacts", new { phones = new[] { two } })).Word("id"));
        var told = await Workspace.ImportAsync($$"""
            {"phones":["{{one}}","{{two}}"]}
            {"name":"谁"}
            {"phones":["hello"]}
            {"phones":["{{fresh}}"
            [1]
            {"phones":["{{fresh}}"],"phones":[]}
            {"phones":["{{fresh}}"],"colour":"red"}
            {"phones":["{{one}}"],"externalId":"other"}
            {"phones":["{{one}}"],"timeZone":"Mars/Olympus"}
            {"phones":["{{fresh}}"],"name":"{{new string('长', 30_000)}}"}
            {"phones":["{{fresh}}"],"name":"{{new string('长', 100_000)}}"}
            {"phones":["{{fresh}}"]}
            """);
        Assert.Equal((12, 1, 0, 0, 11), told.Counts);
        Assert.Equal(
            [(1, "phones"), (2, "phones"), (3, "phones[0]"), (4, "$"), (5, "$"), (6, "$"), (7, "colour"), (8, "externalId"), (9, "timeZone"), (10, "$"), (11, "$")],
            told.Refused.Select(row => (row.Row, row.Field)));
        Assert.Contains(first, told.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Contains(second, told.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal("has a property twice", told.Refused[5].Reason);
        Assert.Contains("65536 bytes", told.Refused[10].Reason, StringComparison.Ordinal);
        Assert.Equal(11, told.Lines.Count(line => line.TryGetProperty("refused", out var row) && row.ValueKind == JsonValueKind.Object));
        Assert.Equal(told.Refused.Select(row => row.Row), (await Workspace.ListAsync($"/api/contacts/imports/{told.Import}/refused", limit: 4)).Select(row => row.GetProperty("row").GetInt32()));
    }

    [Fact]
    public async Task A_table_of_Chinese_Excel_is_read_with_its_own_headings()
    {
        var (one, two) = (Calls.NewPhone(), Calls.NewPhone());
        var table = $"姓名,手机,城市,备注,标签\r\n王芳,{one},\"北京,\n\"\"首都\"\"\",不要,vip；老客户\r\n李雷,{two};不是号码,上海,,\r\n";
        var columns = """{"姓名":"name","手机":"phones","城市":"attributes.城市","备注":null,"标签":"tags"}""";
        foreach (var (type, encoding) in new (string, Encoding)[] { ("gb18030", Encoding.GetEncoding("gb18030")), ("gbk", Encoding.GetEncoding("gb18030")), ("utf-8", Encoding.UTF8), ("utf-16", Encoding.Unicode) })
        {
            var told = await Workspace.ImportAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(table)], $"text/csv; charset={type}", $"?columns={Uri.EscapeDataString(columns)}");
            Assert.True(told.Status == 200, told.Text);
            Assert.Equal(2, told.Counts.Item1);
            Assert.True(told.Counts.Item5 == 1, told.Text);
            Assert.Equal((3, "phones[1]"), (told.Refused[0].Row, told.Refused[0].Field));
            var contact = await Workspace.ContactAsync(Phone(one));
            Assert.Equal(("王芳", """["vip","老客户"]""", "北京,\n\"首都\""), (contact.Word("name"), contact.GetProperty("tags").GetRawText(), contact.GetProperty("attributes").Word("城市")));
        }
    }

    [Theory]
    [InlineData(",", "")]
    [InlineData(";", "")]
    [InlineData("\t", "")]
    [InlineData("|", "?delimiter=|")]
    [InlineData("|", "", "sep=|\r\n")]
    public async Task Cells_become_what_their_definitions_say_whatever_stands_between_them(string delimiter, string query, string before = "")
    {
        foreach (var type in new[] { "number", "date", "boolean", "list" })
            await Workspace.CallAsync("POST", "/api/contact-attributes", new { key = $"csv_{type}", name = type, type });
        var id = $"cells{Calls.NewPhone()}";
        string[] headings = ["externalId", "attributes.csv_number", "attributes.csv_date", "attributes.csv_boolean", "attributes.csv_list", "attributes.frei", "attributes"];
        string[] good = [id, " -12.50 ", "2026/1/2", "是", "\"茶；咖啡\"", "'=1+1", "\"{\"\"x\"\":[\"\"y\"\"]}\""];
        string[] bad = [id, "12,5", "2026-13-01", "maybe", "", "", ""];
        string[] third = [id, "", "", "", "", "", "\"{\""];
        var file = before + string.Join("\r\n", new[] { headings, good, bad.Select(cell => $"\"{cell}\"").ToArray(), third }.Select(row => string.Join(delimiter, row)));
        var told = await Workspace.ImportAsync(file, Table, query);
        Assert.True((3, 1, 0, 0, 2) == told.Counts, told.Text);
        var attributes = (await Workspace.ContactAsync($"externalId={Uri.EscapeDataString(id)}")).GetProperty("attributes").GetRawText();
        Assert.Equal("""{"csv_number":-12.50,"csv_date":"2026-01-02","csv_boolean":true,"csv_list":["茶","咖啡"],"frei":"=1+1","x":["y"]}""", attributes);
        Assert.Equal([(3, "attributes.csv_number"), (4, "attributes")], told.Refused.Select(row => (row.Row, row.Field)));
    }

    [Fact]
    public async Task A_number_that_a_spreadsheet_has_rounded_is_no_phone_number()
    {
        var told = await Workspace.ImportAsync("phone,name\n1.38123E+10,王\n", Table);
        Assert.Contains("rounded", Assert.Single(told.Refused).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Lines, "", 400, "empty")]
    [InlineData("", Table, "", 400, "empty")]
    [InlineData("x", "application/json", "", 415, "text/csv")]
    [InlineData("x", "application/x-ndjson; charset=gbk", "", 415, "UTF-8")]
    [InlineData("x", "text/csv; charset=klingon", "", 415, "utf-16")]
    [InlineData("x", "text/csv; charset=utf-7", "", 415, "utf-16")]
    [InlineData("手机\n1", Table, "", 400, "手机")]
    [InlineData("phone\n1", Table, "?columns=%7B%22a%22%3Anull%7D", 400, "no heading")]
    [InlineData("phone\n1", Table, "?columns=%5B%5D", 400, "JSON object")]
    [InlineData("name,name\n1,2", Table, "", 400, "two columns")]
    [InlineData("name\n1", Table, "?delimiter=ab", 400, "one character")]
    [InlineData("phone,name\n1,\"a", Table, "", 400, "never closed")]
    public async Task What_is_no_import_is_refused_as_a_whole(string body, string type, string query, int status, string says)
    {
        var told = await Workspace.ImportAsync(body, type, query);
        Assert.Equal(status, told.Status);
        Assert.Contains(says, System.Text.RegularExpressions.Regex.Unescape(told.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_in_another_encoding_than_it_says_is_refused_as_a_whole()
    {
        var told = await Workspace.ImportAsync(Encoding.GetEncoding("gb18030").GetBytes("name,phone\n王芳,13812345678\n"), Table);
        Assert.Equal(400, told.Status);
        Assert.Contains("charset=gb18030", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_gives_the_same_import_and_another_body_under_it_is_refused()
    {
        var phone = Calls.NewPhone();
        var file = $$"""{"phones":["{{phone}}"]}""";
        var first = await Workspace.ImportAsync(file, key: phone);
        var again = await Workspace.ImportAsync(file, key: phone);
        Assert.Equal((first.Import, (1, 1, 0, 0, 0)), (again.Import, again.Counts));
        Assert.Equal(422, (await Workspace.ImportAsync(file + "\n", key: phone)).Status);
    }

    [Fact]
    public async Task Only_admins_import()
    {
        var (_, agent) = await Workspace.HireAsync($"agent{Calls.NewPhone()[1..]}");
        using (agent)
        {
            Assert.Equal(403, (await agent.CallAsync("POST", "/api/contacts/import", new { })).Status);
            Assert.Equal(403, (await agent.CallAsync("GET", "/api/contacts/imports")).Status);
        }
    }
}
