using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts;

public sealed class ContactsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_contact_is_kept_as_it_was_given_with_canonical_addresses()
    {
        var made = await MakeAsync(new
        {
            name = " 王 芳 ", phones = new[] { "+86 139 1234 5678", "+8613912345678" }, emails = new[] { "Fang@Example.CN" }, externalId = "crm/王#1", tags = new[] { "vip" },
            attributes = new { plan = "专业版", seats = 5, trial = false, likes = new[] { "茶" } }, timeZone = "Asia/Shanghai", locale = "zh-CN",
        });
        Assert.Equal((201, "\"1\"", $"/api/contacts/{made.Id}"), (made.Status, made.ETag, made.Location!.ToString()));
        var read = await Workspace.CallAsync("GET", made.Location.ToString());
        Assert.Equal(("王 芳", "crm/王#1", "Asia/Shanghai", "zh-CN"), (read.Text("name"), read.Text("externalId"), read.Text("timeZone"), read.Text("locale")));
        Assert.Equal("""["+8613912345678"]""", read.Json.GetProperty("phones").GetRawText());
        Assert.Equal("""["fang@example.cn"]""", read.Json.GetProperty("emails").GetRawText());
        Assert.Equal("""{"plan":"专业版","seats":5,"trial":false,"likes":["茶"]}""", read.Json.GetProperty("attributes").GetRawText());
        Assert.EndsWith("Z", read.Text("createdAt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_tells_which_fields_were_changed_and_nothing_of_what_they_hold()
    {
        var made = await MakeAsync(new { name = "王秘密", externalId = "audited" });
        await Workspace.CallAsync("PATCH", $"/api/contacts/{made.Id}", new { name = "李秘密", tags = new[] { "vip秘密" }, attributes = new { plan = "秘密" } });
        var lines = (await Workspace.ListAsync($"/api/audit?subject={made.Id}")).ToList();
        Assert.Equal(["contact.changed name, attributes, tags", "contact.created "], lines.OrderBy(line => line.Word("action"), StringComparer.Ordinal).Select(line => $"{line.Word("action")} {line.GetProperty("detail").GetString()}"));
        Assert.All(lines, line => Assert.DoesNotContain("秘密", line.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_belongs_to_one_contact_and_the_refusal_names_the_other()
    {
        var phone = Calls.NewPhone();
        var owner = await MakeAsync(new { phones = new[] { phone }, emails = new[] { "owner@example.com" }, externalId = "owner" });
        var free = Calls.NewPhone();
        foreach (object body in new object[] { new { phones = new[] { free, phone } }, new { emails = new[] { "OWNER@example.com" } }, new { externalId = "owner" } })
        {
            var refused = await MakeAsync(body);
            Assert.Equal(409, refused.Status);
            Assert.Contains(owner.Id, refused.Problem, StringComparison.Ordinal);
        }

        var other = await MakeAsync(new { phones = new[] { free } });
        Assert.Equal(201, other.Status);
        Assert.Equal(409, (await ChangeAsync(other.Id, new { phones = new[] { free, phone } })).Status);
        Assert.Equal([free], Texts((await Workspace.CallAsync("GET", $"/api/contacts/{other.Id}")).Json, "phones"));
    }

    [Fact]
    public async Task Addresses_are_added_and_given_up()
    {
        var (old, fresh) = (Calls.NewPhone(), Calls.NewPhone());
        var contact = (await MakeAsync(new { phones = new[] { old } })).Id;
        Assert.Equal([old, fresh], Texts((await ChangeAsync(contact, new { phones = new[] { old, fresh } })).Json, "phones"));
        Assert.Equal([contact], await FindAsync($"address={Uri.EscapeDataString(fresh)}"));
        Assert.Equal([fresh], Texts((await ChangeAsync(contact, new { phones = new[] { fresh } })).Json, "phones"));
        Assert.Empty(await FindAsync($"address={Uri.EscapeDataString(old)}"));
        Assert.Equal(201, (await MakeAsync(new { phones = new[] { old } })).Status);
        Assert.Empty(Texts((await ChangeAsync(contact, new { phones = (string[]?)null })).Json, "phones"));
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_merges_attributes()
    {
        var contact = (await MakeAsync(new { name = "Li", tags = new[] { "a" }, attributes = new { plan = "free", city = "Xi'an" } })).Id;
        var changed = await ChangeAsync(contact, new { attributes = new Dictionary<string, object?> { ["plan"] = "pro", ["city"] = null, ["age"] = 30 } });
        Assert.Equal((200, "\"2\"", "Li"), (changed.Status, changed.ETag, changed.Text("name")));
        Assert.Equal("""{"plan":"pro","age":30}""", changed.Json.GetProperty("attributes").GetRawText());
        Assert.Equal(["a"], Texts(changed.Json, "tags"));
        Assert.Equal(JsonValueKind.Null, (await ChangeAsync(contact, new { name = (string?)null })).Json.GetProperty("name").ValueKind);
        Assert.Equal("{}", (await ChangeAsync(contact, new { attributes = (object?)null })).Json.GetProperty("attributes").GetRawText());
    }

    [Theory]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"locale":"!!"}""", "locale")]
    [InlineData("""{"timeZone":"China Standard Time"}""", "timeZone")]
    [InlineData("""{"timeZone":"../../../etc/passwd"}""", "timeZone")]
    [InlineData("""{"timeZone":"+08:00"}""", "timeZone")]
    [InlineData("""{"phones":["hello"]}""", "phones[0]")]
    [InlineData("""{"phones":["+8613812345678","1"]}""", "phones[1]")]
    [InlineData("""{"phones":["+8613812345678","+8613812345678","hello"]}""", "phones[2]")]
    [InlineData("""{"phones":"+8613812345678"}""", "phones")]
    [InlineData("""{"emails":["nobody"]}""", "emails[0]")]
    [InlineData("""{"name":5}""", "name")]
    [InlineData("""{"name":"a\nb"}""", "name")]
    [InlineData("""{"attributes":{"a":{"b":1}}}""", "attributes.a")]
    [InlineData("""{"attributes":{"a":[1]}}""", "attributes.a")]
    [InlineData("""{"attributes":[]}""", "attributes")]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("""{"id":"ct_mine"}""", "id")]
    public async Task A_mistake_is_named(string body, string field)
    {
        var called = await MakeAsync(JsonSerializer.Deserialize<JsonElement>(body));
        Assert.Equal((400, field), (called.Status, Assert.Single(called.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Theory]
    [InlineData("""{"attributes":{"x":"\ud800"}}""", "attributes.x")]
    [InlineData("""{"attributes":{"x":["茶","\ud800"]}}""", "attributes.x")]
    public async Task Half_a_character_is_no_text(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Workspace.Client.PostAsync("/api/contacts", content, TestContext.Current.CancellationToken);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((400, field), ((int)answer.StatusCode, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name));
    }

    [Fact]
    public async Task A_contact_is_found_by_its_addresses_in_any_way_of_writing()
    {
        // The active channel's number is in the United States.
        var contact = (await MakeAsync(new { phones = new[] { "(415) 555-2671" }, emails = new[] { "who@example.com" }, externalId = "crm-1" })).Id;
        foreach (var query in new[] { "address=%2B14155552671", "address=+14155552671", "address=415-555-2671", "address=WHO@example.com", "externalId=crm-1" })
            Assert.Equal([contact], await FindAsync(query));
        Assert.Empty(await FindAsync("externalId=crm-2"));
        Assert.Empty(await FindAsync("address=nobody"));
        Assert.Equal(400, (await Workspace.CallAsync("GET", "/api/contacts?address=a&externalId=b")).Status);
        Assert.Equal(400, (await Workspace.CallAsync("GET", "/api/contacts?address=a@b@c")).Status);
        Assert.Equal(400, (await Workspace.CallAsync("GET", "/api/contacts?cursor=garbage")).Status);
        Assert.Contains("externalId", (await Workspace.CallAsync("GET", $"/api/contacts?externalId={new string('x', 201)}")).Problem, StringComparison.Ordinal);
        Assert.Contains("leave it out", (await Workspace.CallAsync("GET", "/api/contacts?externalId=")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contact_that_wrote_by_a_name_is_found_by_it()
    {
        await Workspace.OpenAsync("Tmall", "your parcel");
        var contact = Assert.Single(await Workspace.ListAsync("/api/contacts?address=TMALL"));
        Assert.Equal(["TMALL"], Texts(contact, "phones"));
        Assert.Equal(200, (await ChangeAsync(contact.Word("id"), new { name = "天猫" })).Status);
        var more = Calls.NewPhone();
        Assert.Equal(["TMALL", more], Texts((await ChangeAsync(contact.Word("id"), new { phones = new[] { "Tmall", more } })).Json, "phones"));
        Assert.Equal(400, (await ChangeAsync(contact.Word("id"), new { phones = new[] { "JD" } })).Status);
    }

    [Fact]
    public async Task All_contacts_are_listed_once_page_by_page()
    {
        await using var workspace = await Workspace.StartAsync();
        var made = new List<string>();
        for (var i = 0; i < 70; i++) made.Add((await workspace.PostAsync("/api/contacts", new { name = $"客户 {i}" })).Word("id"));
        foreach (var limit in new[] { 200, 11, 1 })
            Assert.Equal(made.Order(StringComparer.Ordinal), (await workspace.ListAsync("/api/contacts", limit)).Select(c => c.Word("id")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stale_change_is_refused()
    {
        var contact = (await MakeAsync(new { name = "A" })).Id;
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { name = "B" }, "\"1\"")).Status);
        Assert.Equal(412, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { name = "C" }, "\"1\"")).Status);
        Assert.Equal(404, (await ChangeAsync("ct_none", new { name = "C" })).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", "/api/contacts/ct_none")).Status);
    }

    [Fact]
    public async Task The_same_key_makes_one_contact()
    {
        var body = new { name = "Once", phones = new[] { Calls.NewPhone() } };
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Workspace.CallAsync("POST", "/api/contacts", body, key: "contact")));
        Assert.All(all, called => Assert.Contains(called.Status, new[] { 201, 409 }));
        var again = await Workspace.CallAsync("POST", "/api/contacts", body, key: "contact");
        Assert.Equal(201, again.Status);
        Assert.All(all.Where(called => called.Status == 201), called => Assert.Equal(again.Id, called.Id));
        Assert.Equal(422, (await Workspace.CallAsync("POST", "/api/contacts", new { name = "Twice" }, key: "contact")).Status);
    }

    [Fact]
    public async Task At_the_same_time_one_contact_gets_an_address()
    {
        var phone = Calls.NewPhone();
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => MakeAsync(new { name = $"{i}", phones = new[] { phone } })));
        Assert.Equal([201, 409, 409, 409, 409, 409], all.Select(called => called.Status).Order());
    }

    [Fact]
    public async Task A_contact_known_beforehand_gets_its_conversation_under_its_name()
    {
        var phone = Calls.NewPhone();
        var contact = (await MakeAsync(new { name = "王芳", phones = new[] { phone } })).Id;
        var id = await Workspace.OpenAsync(phone);
        var conversation = await Workspace.CallAsync("GET", $"/api/conversations/{id}");
        Assert.Equal((contact, "王芳"), (conversation.Text("contactId"), conversation.Text("contactName")));
        Assert.Equal("王芳", (await Workspace.MessagesAsync(id))[0].GetProperty("author").Word("name"));
        Assert.Equal([id], (await Workspace.ListAsync("/api/conversations?q=%E7%8E%8B%E8%8A%B3")).Select(c => c.Word("id")));
        var seen = await Workspace.CallAsync("GET", $"/api/contacts/{contact}");
        Assert.NotNull(seen.Text("lastSeenAt"));
    }

    private Task<Called> MakeAsync(object body) => Workspace.CallAsync("POST", "/api/contacts", body);

    private Task<Called> ChangeAsync(string id, object body) => Workspace.CallAsync("PATCH", $"/api/contacts/{id}", body);

    private async Task<IEnumerable<string>> FindAsync(string query) => (await Workspace.ListAsync($"/api/contacts?{query}")).Select(c => c.Word("id"));

    private static IEnumerable<string> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);
}
