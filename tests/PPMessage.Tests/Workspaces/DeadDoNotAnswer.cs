using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace PPMessage.Tests.Workspaces;

/// <summary>Cuts the connection instead of letting a dead process answer: handlers that catch everything would tell the caller of a success.</summary>
internal sealed class DeadDoNotAnswer(Life life) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, go) =>
        {
            context.Response.OnStarting(() =>
            {
                if (life.IsDead) context.Abort();
                return Task.CompletedTask;
            });
            return go(context);
        });
        next(app);
    };
}
