using System.Security.Cryptography;
using System.Text;
using CsCheck;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunFormTests
{
    /// <summary>Bytes by which a test knows its own files among those of others that run beside it.</summary>
    private const int Mark = 32;

    private static readonly byte[] NotUtf8 = [0x46, 0xFF, 0xFE, 0x00, 0xC4, 0xE3, 0xBA, 0xC3, 0x0D, 0x0A, 0x26, 0x3D, 0x25];

    [Fact]
    public async Task A_raw_mail_that_is_no_text_keeps_every_byte()
    {
        await using var encoded = await Forms.FormAsync(Encoding.ASCII.GetBytes($"recipient=a%40b.c&body-mime={Forms.Escaped(NotUtf8)}&token=t"));
        await using var multipart = await Forms.FormAsync(Forms.Multipart(("name=\"recipient\"", "a@b.c"u8.ToArray()), ("name=\"body-mime\"", NotUtf8), ("name=\"token\"", "t"u8.ToArray())), Forms.MultipartType);

        Assert.Equal(NotUtf8, encoded.Mime(wanted: false)!.Content.ToArray());
        Assert.Equal(NotUtf8, multipart.Mime(wanted: true)!.Content.ToArray());
        Assert.Equal(encoded.Hash, multipart.Hash);
    }

    [Fact]
    public async Task The_last_of_a_name_counts_and_the_others_are_kept()
    {
        await using var form = await Forms.FormAsync(("token", "of the sender"), ("Received", "one"), ("Received", "two"), ("token", "of Mailgun"));

        Assert.Equal("of Mailgun", form["token"]);
        Assert.Equal(["one", "two"], form.Fields.Where(f => f.Key == "Received").Select(f => f.Value));
        Assert.Null(form["Token"]);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("&&", 0)]
    [InlineData("a", 1)]
    [InlineData("a&b=1&", 2)]
    [InlineData("=1", 1)]
    [InlineData("a==%3D=", 1)]
    [InlineData("=", 1)]
    public async Task Odd_forms_are_forms(string body, int fields)
    {
        await using var form = await Forms.FormAsync(Encoding.ASCII.GetBytes(body));

        Assert.Equal(fields, form.Fields.Count);
    }

    [Theory]
    [InlineData("a=%")]
    [InlineData("a=%4")]
    [InlineData("a=%4&b=1")]
    [InlineData("a=%zz")]
    [InlineData("%4=1")]
    [InlineData("%=1")]
    public async Task Broken_escapes_are_told(string body) => Assert.Equal("broken percent-encoding", (await Forms.ReadAsync(Encoding.ASCII.GetBytes(body))).Trouble);

    [Fact]
    public async Task Plus_is_a_blank_and_an_escaped_plus_is_one()
    {
        await using var form = await Forms.FormAsync("a=1+2%2B3&b=%E4%BD%A0"u8.ToArray());

        Assert.Equal(("1 2+3", "你"), (form["a"], form["b"]));
    }

    [Fact]
    public void However_the_bytes_come_the_form_is_the_same() => Gen.Select(Gen.Byte.Array[0, 40].Array[1, 6], Gen.Int[1, 7], Gen.Bool).Sample((values, size, multipart) =>
    {
        var fields = values.Select((value, i) => (Name: i % 2 == 0 ? $"f{i}" : "body-mime", Value: value)).ToList();
        var body = multipart
            ? Forms.Multipart(fields.Select(f => ($"name=\"{f.Name}\"", f.Value)))
            : Encoding.ASCII.GetBytes(string.Join('&', fields.Select(f => $"{f.Name}={Forms.Escaped(f.Value)}")));
        using var slow = new SlowStream(body, size);
        var type = multipart ? Forms.MultipartType : Forms.UrlEncodedType;
        var (form, whole) = (Read(slow, type).Form!, Read(new MemoryStream(body), type).Form!);

        Assert.Equal(whole.Hash, form.Hash);
        Assert.Equal(fields.Where(f => f.Name == "body-mime").Select(f => Convert.ToHexString(f.Value)), form.Parts.Select(p => Convert.ToHexString(p.Content.ToArray())));
        Assert.Equal(fields.Count, form.Fields.Count + form.Parts.Count);
    }, iter: 300);

    [Fact]
    public void Whatever_comes_is_a_form_or_a_clear_refusal() => Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[1, 50], Gen.Bool).Sample((noise, size, multipart) =>
    {
        var start = multipart ? Forms.Multipart(("name=\"a\"; filename=\"b\"", noise))[..^Random(noise)] : noise;
        using var slow = new SlowStream(start, size);
        var read = Read(slow, multipart ? Forms.MultipartType : Forms.UrlEncodedType);
        Assert.True(read.Form is not null || read.Trouble.Length > 0);
    }, iter: 2000);

    [Fact]
    public void Noise_between_a_forms_own_signs_is_a_form_or_a_clear_refusal() =>
        Gen.OneOf("--xYzZY", "--xYzZY--", "\r\n", "\r\n\r\n", "Content-Disposition: form-data; ", "name=\"", "filename=\"", "\"", ";", "=", ":", "a", "\0", "你", "filename*=utf-8''%E4", "%")
            .Array[0, 40].Sample(pieces =>
            {
                var read = Read(new MemoryStream(Encoding.UTF8.GetBytes("--xYzZY\r\n" + string.Concat(pieces))), Forms.MultipartType);
                Assert.True(read.Form is not null || read.Trouble.Length > 0);
            }, iter: 3000);

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public async Task Without_a_boundary_it_is_refused(string type) => Assert.Contains("boundary", (await Forms.ReadAsync([], type)).Trouble, StringComparison.Ordinal);

    [Fact]
    public async Task A_form_that_ends_too_early_is_refused() =>
        Assert.Null((await Forms.ReadAsync(Forms.Multipart(("name=\"body-mime\"", NotUtf8))[..^20], Forms.MultipartType)).Form);

    [Fact]
    public async Task Bounds_are_told_as_too_large()
    {
        var many = string.Join('&', Enumerable.Repeat("a=1", FormCollector.MostFields + 1));
        var wide = string.Join('&', Enumerable.Repeat("a=" + new string('b', 60_000), 20));
        var bodies = string.Join('&', Enumerable.Repeat("body-x=1", FormCollector.MostParts + 1));
        foreach (var body in new[] { many, wide, bodies })
        {
            var read = await Forms.ReadAsync(Encoding.ASCII.GetBytes(body));
            Assert.True(read is { Form: null, TooLarge: true }, read.Trouble);
        }

        Assert.Null((await Forms.ReadAsync(Encoding.ASCII.GetBytes(new string('a', FormCollector.LongestName + 1)))).Form);
    }

    [Fact]
    public async Task A_long_header_list_is_still_text()
    {
        var headers = "[" + string.Join(',', Enumerable.Repeat("""["Received","from somewhere"]""", 5000)) + "]";
        await using var form = await Forms.FormAsync(("message-headers", headers));

        Assert.Null(form["message-headers"]);
        Assert.Equal(headers, form.Text("message-headers"));
    }

    [Fact]
    public async Task The_hash_covers_names_values_and_files_and_not_their_order()
    {
        var one = await HashAsync(("name=\"a\"", "1"), ("name=\"f\"; filename=\"x\"", "file"));
        Assert.Equal(one, await HashAsync(("name=\"f\"; filename=\"x\"", "file"), ("name=\"a\"", "1")));
        Assert.Equal(52, one.Length);
        string[] others =
        [
            await HashAsync(("name=\"a\"", "2"), ("name=\"f\"; filename=\"x\"", "file")),
            await HashAsync(("name=\"b\"", "1"), ("name=\"f\"; filename=\"x\"", "file")),
            await HashAsync(("name=\"a\"", "1"), ("name=\"f\"; filename=\"y\"", "file")),
            await HashAsync(("name=\"a\"", "1"), ("name=\"f\"; filename=\"x\"", "FILE")),
            await HashAsync(("name=\"a\"", "1"), ("name=\"a\"", "1"), ("name=\"f\"; filename=\"x\"", "file")),
            await HashAsync(("name=\"a1\"", ""), ("name=\"f\"; filename=\"x\"", "file")),
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.DoesNotContain(one, others);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mail_of_25_MB_needs_little_memory_and_leaves_no_file(bool multipart)
    {
        var mail = RandomNumberGenerator.GetBytes(25 * 1024 * 1024);
        var body = multipart ? Forms.Multipart(("name=\"body-mime\"", mail)) : Encoding.ASCII.GetBytes("body-mime=" + Forms.Escaped(mail));
        GC.Collect();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = Read(new MemoryStream(body), multipart ? Forms.MultipartType : Forms.UrlEncodedType);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        await using var form = read.Form!;
        Assert.InRange(allocated, 1, 2 * 1024 * 1024);
        Assert.False(form.Mime(wanted: true)!.Content.IsInMemory);
        Assert.Equal(mail.Length, form.Mime(wanted: true)!.Content.Length);
        Assert.Equal(SHA256.HashData(mail), await SHA256.HashDataAsync(form.Mime(wanted: true)!.Content));
        if (!OperatingSystem.IsLinux()) return;

        // It has no name any more, so that a killed process leaves nothing; the form's end is its own.
        Assert.EndsWith(" (deleted)", Assert.Single(OpenFiles(mail[..Mark])), StringComparison.Ordinal);
        await form.DisposeAsync();
        Assert.Empty(OpenFiles(mail[..Mark]));
    }

    [Theory]
    [InlineData("%zz")]
    [InlineData("%4")]
    [InlineData("")]
    public async Task A_form_that_fails_leaves_no_file(string end)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The open files of a process are read as Linux tells them.");
        var (one, other, most) = (RandomNumberGenerator.GetHexString(Mark), RandomNumberGenerator.GetHexString(Mark), 0);
        var body = Encoding.ASCII.GetBytes($"body-mime={one}{new string('a', 200_000)}&body-plain={other}{new string('a', 200_000)}{end}");
        using var watched = new WatchedStream(body, left =>
        {
            most = Math.Max(most, Open());
            if (left == 0 && end.Length == 0) throw new IOException("The connection was cut.");
        });

        Assert.Null((await Forms.ReadAsync(watched)).Form);
        Assert.Equal((2, 0), (most, Open()));

        int Open() => OpenFiles(Encoding.ASCII.GetBytes(one)).Count + OpenFiles(Encoding.ASCII.GetBytes(other)).Count;
    }

    /// <summary>The names of this process's open temporary files that begin with these bytes. Linux.</summary>
    private static List<string> OpenFiles(byte[] beginning)
    {
        var names = new List<string>();
        foreach (var descriptor in Directory.GetFiles("/proc/self/fd"))
        {
            try
            {
                if (new FileInfo(descriptor).LinkTarget is { } name && name.Contains("/ppmessage-", StringComparison.Ordinal) && BeginsWith(descriptor, beginning)) names.Add(name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else's, closed meanwhile.
            }
        }

        return names;
    }

    private static bool BeginsWith(string path, byte[] beginning)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var found = new byte[beginning.Length];
        return file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(beginning);
    }

    private static int Random(byte[] noise) => noise.Length == 0 ? 0 : noise[0] % 20;

    private static FormRead Read(Stream body, string type) => Forms.ReadAsync(body, type).GetAwaiter().GetResult();

    private static async Task<string> HashAsync(params (string Disposition, string Value)[] parts)
    {
        await using var form = await Forms.FormAsync(Forms.Multipart(parts.Select(p => (p.Disposition, Encoding.UTF8.GetBytes(p.Value)))), Forms.MultipartType);
        return form.Hash;
    }

    /// <summary>Tells before each read how many bytes are left.</summary>
    private sealed class WatchedStream(byte[] bytes, Action<long> reads) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            reads(Length - Position);
            return base.ReadAsync(buffer, cancellationToken);
        }
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class SlowStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(size, count));
    }
}
