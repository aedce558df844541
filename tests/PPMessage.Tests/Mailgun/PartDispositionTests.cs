using CsCheck;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class PartDispositionTests
{
    [Theory]
    [InlineData("form-data; name=\"a\"", "a", null)]
    [InlineData("form-data; name=a", "a", null)]
    [InlineData("form-data; name=\"attachment-1\"; filename=\"报价 (1).pdf\"", "attachment-1", "报价 (1).pdf")]
    [InlineData("form-data; filename=\"x; name=\\\"evil\\\".txt\"; name=\"attachment-1\"", "attachment-1", "x; name=\"evil\".txt")]
    [InlineData("form-data; name=\"a\"; filename=\"he said \"hi\".txt\"", "a", "he said \"hi\".txt")]
    [InlineData("form-data; name=\"a\"; filename=\"%22q%22.txt\"", "a", "\"q\".txt")]
    [InlineData("form-data; name=\"a\"; filename=\"\"", "a", "")]
    [InlineData("form-data; name=\"a\"; filename=\"plain.txt\"; filename*=utf-8''%E4%BD%A0.txt", "a", "你.txt")]
    [InlineData("form-data; name=\"a\"; filename*=klingon'x'y; filename=b", "a", "b")]
    [InlineData("FORM-DATA ; NAME = \"a\" ; FileName = b c.txt ", "a", "b c.txt")]
    [InlineData("form-data; name=\"a\"; filename=\"no end", "a", "no end")]
    [InlineData("form-data; name", "", null)]
    [InlineData("form-data;;;=;name=\"a\"", "a", null)]
    [InlineData(null, "", null)]
    public void Names_are_read_however_they_are_written(string? header, string name, string? fileName) => Assert.Equal(new PartDisposition(name, fileName), PartDisposition.Parse(header));

    [Fact]
    public void Nothing_that_a_sender_names_a_file_is_an_exception() =>
        Gen.OneOf(Gen.String, Gen.OneOf(";", "=", "\"", "\\", "name", "filename", "filename*", "'", " ")).Array[0, 12].Sample(pieces => PartDisposition.Parse(string.Concat(pieces)) is not null, iter: 5000);
}
