using Microsoft.Extensions.Time.Testing;
using PPMessage.Storage;

namespace PPMessage.Tests.Storage;

public sealed class EmbeddedStoreTests : StoreConformance
{
    private readonly FakeTimeProvider _time = new();
    private EmbeddedTestStore? _store;

    private protected override Task<IStore> OpenAsync() => Task.FromResult<IStore>((_store = TestStores.Embedded(_time)).Store);

    public override async ValueTask DisposeAsync() => await _store!.DisposeAsync();

    private protected override TimeProvider Clock => _time;

    private protected override Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }
}
