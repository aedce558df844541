using Azure;
using Azure.Data.Tables;

namespace PPMessage.Storage.Azure;

/// <summary>A row as an entity: the nonce in <c>n</c>, the document in binary pieces <c>d0</c>, <c>d1</c>, … (text would count two bytes a character).</summary>
internal static class AzureEntity
{
    private const string Nonce = "n";

    public static Row Row(TableEntity entity) =>
        new(entity.RowKey, entity.ETag.ToString(), entity.GetString(Nonce) ?? string.Empty, Document(entity));

    public static TableTransactionAction Action(string partition, RowWrite write) => write.Kind switch
    {
        WriteKind.Insert => new(TableTransactionActionType.Add, Entity(partition, write)),
        WriteKind.Replace => new(TableTransactionActionType.UpdateReplace, Entity(partition, write), new ETag(write.ETag!)),
        WriteKind.Put => new(TableTransactionActionType.UpsertReplace, Entity(partition, write)),
        WriteKind.Delete => new(TableTransactionActionType.Delete, new TableEntity(partition, write.Key), write.ETag is null ? ETag.All : new ETag(write.ETag)),
        _ => throw new ArgumentOutOfRangeException(nameof(write), write.Kind, null),
    };

    private static TableEntity Entity(string partition, RowWrite write)
    {
        var entity = new TableEntity(partition, write.Key) { [Nonce] = write.Nonce };
        for (var at = 0; at < write.Document.Length; at += Limits.PropertyBytes)
            entity[Piece(at / Limits.PropertyBytes)] = write.Document.Slice(at, Math.Min(Limits.PropertyBytes, write.Document.Length - at)).ToArray();
        return entity;
    }

    private static byte[] Document(TableEntity entity)
    {
        var first = entity.GetBinary(Piece(0)) ?? [];
        if (first.Length < Limits.PropertyBytes) return first;
        var document = new MemoryStream();
        for (var i = 0; entity.TryGetValue(Piece(i), out var piece); i++) document.Write((byte[])piece);
        return document.ToArray();
    }

    private static string Piece(int index) => $"d{index}";
}
