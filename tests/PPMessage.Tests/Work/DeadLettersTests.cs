using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Work;

public sealed class DeadLettersTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    private DeadLetters Letters => Workspace.Services.GetRequiredService<DeadLetters>();

    [Fact]
    public async Task A_letter_that_is_erased_while_it_is_replayed_stays_erased()
    {
        await Letters.AddAsync("odd", JsonSerializer.SerializeToElement("秘密"), "why", default);
        var letter = (await Letters.ListAsync(1, null, default)).Items[0];
        await Letters.DeleteAsync(letter, default);
        await Letters.MarkReplayedAsync(letter, default);
        Assert.Null(await Letters.FindAsync(letter.Id, default));
    }

    [Fact]
    public async Task Long_work_that_the_host_gave_up_lies_once()
    {
        var ticket = await Workspace.Services.GetRequiredService<WorkQueue>()
            .PutAsync(Queues.Work, WorkMessage.Of("fax", JsonSerializer.SerializeToElement(new string('长', 30_000))), TimeSpan.FromMinutes(1), default);
        var message = new WorkMessage("fax", default, ticket.Blob).ToText();
        await Workspace.Services.GetRequiredService<WorkRunner>().KeepPoisonAsync(message, default);
        Assert.Null(await Workspace.Store.OpenBlobAsync(Containers.Work, ticket.Blob!, default));
        var letter = (await Letters.ListAsync(50, null, default)).Items.First(one => one.Kind == "fax");
        Assert.Equal(30_000, (await Letters.FindAsync(letter.Id, default))!.Payload!.Value.GetString()!.Length);
    }
}
