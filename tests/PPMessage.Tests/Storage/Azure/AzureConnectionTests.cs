using Microsoft.Extensions.Configuration;
using PPMessage.Storage;
using PPMessage.Storage.Azure;
using Xunit;

namespace PPMessage.Tests.Storage.Azure;

public sealed class AzureConnectionTests
{
    [Fact]
    public void The_emulators_connection_string_is_taken() =>
        Assert.Equal(10002, From(("AzureWebJobsStorage", "UseDevelopmentStorage=true")).Tables.Uri.Port);

    [Fact]
    public void An_account_name_gives_the_public_addresses()
    {
        var connection = From(("AzureWebJobsStorage:accountName", "acme"));

        Assert.Equal("acme.table.core.windows.net", connection.Tables.Uri.Host);
        Assert.Equal("acme.queue.core.windows.net", connection.Queues.Uri.Host);
        Assert.Equal("acme.blob.core.windows.net", connection.Blobs.Uri.Host);
    }

    [Fact]
    public void Service_addresses_are_taken_with_a_managed_identity()
    {
        var connection = From(
            ("AzureWebJobsStorage:tableServiceUri", "https://t.example.org"),
            ("AzureWebJobsStorage:queueServiceUri", "https://q.example.org"),
            ("AzureWebJobsStorage:blobServiceUri", "https://b.example.org"),
            ("AzureWebJobsStorage:credential", "managedidentity"),
            ("AzureWebJobsStorage:clientId", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"));

        Assert.Equal(("t.example.org", "q.example.org", "b.example.org"), (connection.Tables.Uri.Host, connection.Queues.Uri.Host, connection.Blobs.Uri.Host));
    }

    [Fact]
    public void No_setting_is_refused_by_name()
    {
        Assert.Contains("AzureWebJobsStorage__accountName", Refusal());
        Assert.Contains("AzureWebJobsStorage__queueServiceUri", Refusal(("AzureWebJobsStorage:tableServiceUri", "https://t.example.org")));
        Assert.Contains("AzureWebJobsStorage__tableServiceUri", Refusal(("AzureWebJobsStorage:tableServiceUri", "nonsense")));
        Assert.Contains("'password'", Refusal(("AzureWebJobsStorage:accountName", "acme"), ("AzureWebJobsStorage:credential", "password")));
    }

    [Theory]
    [InlineData("secret-nonsense")]
    [InlineData("AccountName=acme;AccountKey=secret-not-base64!")]
    [InlineData("DefaultEndpointsProtocol=https;AccountKey=secret;")]
    public void An_unreadable_connection_string_is_refused_and_not_repeated(string text)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => From(("AzureWebJobsStorage", text)));

        Assert.DoesNotContain("secret", refusal.ToString());
    }

    [Fact]
    public async Task An_account_out_of_reach_is_a_store_error()
    {
        var store = TestStores.Azure(
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YWJj;TableEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a", "t");

        await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync("Things", "p", "a", CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ReadAsync("Things", "p", "a", new CancellationToken(canceled: true)));
    }

    private static string Refusal(params (string Key, string Value)[] settings) => Assert.Throws<InvalidOperationException>(() => From(settings)).Message;

    private static AzureConnection From(params (string Key, string Value)[] settings)
    {
        var values = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value, StringComparer.Ordinal);
        return AzureConnection.From(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
