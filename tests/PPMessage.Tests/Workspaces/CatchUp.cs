using Microsoft.Extensions.DependencyInjection;
using PPMessage.Work;

namespace PPMessage.Tests.Workspaces;

internal static class CatchUp
{
    /// <summary>Lets the timer <c>CatchUp</c> fire.</summary>
    public static Task RunAsync(Workspace workspace) => workspace.Services.GetServices<ITimerJob>().Single(job => job.Name == "CatchUp").RunAsync(default);
}
