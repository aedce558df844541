using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Inbound;

/// <summary>Takes up inbound messages whose callback died or took too long.</summary>
internal sealed class InboundWorkHandler(ChannelDirectory channels, InboundRoot inbound) : IWorkHandler
{
    public const string Word = "inbound";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, InboundJson.Default.InboundWork) is not { } work) return;
        var channel = await channels.FindAsync(work.Message.ChannelId, cancellation) ?? throw new StoreException($"Channel {work.Message.ChannelId} is gone.");
        await inbound.ActAsync(channel, work, cancellation);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(InboundWork))]
[JsonSerializable(typeof(MailWork))]
[JsonSerializable(typeof(ConsumedToken))]
[JsonSerializable(typeof(OddCallback))]
[JsonSerializable(typeof(OddMail))]
internal sealed partial class InboundJson : JsonSerializerContext
{
    static InboundJson() => Default = new InboundJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
