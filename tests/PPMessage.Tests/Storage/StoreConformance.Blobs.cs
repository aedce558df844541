using System.Security.Cryptography;
using System.Text;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

public abstract partial class StoreConformance
{
    private const string Files = "files";

    [Theory]
    [InlineData("a")]
    [InlineData("folder/deeper/file.png")]
    [InlineData("名字 with spaces & #?%2F+'\"*:|<>")]
    [InlineData("..a/..b")]
    public async Task A_blob_of_any_name_comes_back_with_its_type(string name)
    {
        await WriteAsync(name, "content", "image/png");

        await using var blob = await Store.OpenBlobAsync(Files, name, Cancellation);

        Assert.Equal(("image/png", 7), (blob!.ContentType, blob.Length));
        Assert.Equal("content", await ContentAsync(blob));
    }

    [Fact]
    public async Task A_missing_blob_is_null_and_deleting_it_no_error()
    {
        Assert.Null(await Store.OpenBlobAsync(Files, "a", Cancellation));
        await Store.DeleteBlobAsync(Files, "a", Cancellation);
        await WriteAsync("b", "b");
        Assert.Null(await Store.OpenBlobAsync(Files, "a", Cancellation));
        await Store.DeleteBlobAsync(Files, "a", Cancellation);
    }

    [Fact]
    public async Task A_deleted_blob_is_gone()
    {
        await WriteAsync("a", "a");

        await Store.DeleteBlobAsync(Files, "a", Cancellation);

        Assert.Null(await Store.OpenBlobAsync(Files, "a", Cancellation));
    }

    [Fact]
    public async Task A_blob_may_be_empty_and_is_overwritten_as_a_whole()
    {
        await WriteAsync("a", "long content", "text/plain");
        await WriteAsync("a", string.Empty, "text/html");

        await using var blob = await Store.OpenBlobAsync(Files, "a", Cancellation);

        Assert.Equal(("text/html", 0), (blob!.ContentType, blob.Length));
        Assert.Equal(string.Empty, await ContentAsync(blob));
    }

    [Theory]
    [InlineData(0, "content")]
    [InlineData(4, "ent")]
    [InlineData(7, "")]
    public async Task A_blob_is_read_from_any_byte_on(long from, string rest)
    {
        await WriteAsync("a", "content");

        await using var blob = await Store.OpenBlobAsync(Files, "a", from, Cancellation);

        Assert.Equal(rest.Length, blob!.Length);
        Assert.Equal(rest, await ContentAsync(blob));
        Assert.Null(await Store.OpenBlobAsync(Files, "b", from, Cancellation));
    }

    [Fact]
    public async Task A_large_blob_streams_both_ways()
    {
        var content = RandomNumberGenerator.GetBytes(9 * 1024 * 1024);
        await Store.WriteBlobAsync(Files, "large", new MemoryStream(content), "application/octet-stream", Cancellation);

        await using var blob = await Store.OpenBlobAsync(Files, "large", Cancellation);

        Assert.Equal(content.Length, blob!.Length);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(blob.Content, Cancellation));
    }

    [Fact]
    public async Task Names_and_containers_are_apart()
    {
        await WriteAsync("a", "1");
        await WriteAsync("A", "2");
        await Store.WriteBlobAsync("others", "a", new MemoryStream("3"u8.ToArray()), "text/plain", Cancellation);

        await using var blob = await Store.OpenBlobAsync(Files, "a", Cancellation);
        Assert.Equal("1", await ContentAsync(blob!));
    }

    private Task WriteAsync(string name, string content, string type = "text/plain") =>
        Store.WriteBlobAsync(Files, name, new MemoryStream(Encoding.UTF8.GetBytes(content)), type, Cancellation);

    private static async Task<string> ContentAsync(Blob blob)
    {
        using var reader = new StreamReader(blob.Content, leaveOpen: true);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
