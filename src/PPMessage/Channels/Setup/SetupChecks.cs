using Microsoft.Extensions.DependencyInjection;

namespace PPMessage.Channels.Setup;

/// <summary>What can keep a channel from working: first what is seen without asking anybody, then what its provider says.</summary>
internal sealed class SetupChecks(ChannelStore store, SecretBox box, PPMessageOptions options, IServiceProvider services)
{
    public IChannelSetup? SetupOf(Channel channel) => services.GetKeyedService<IChannelSetup>($"{channel.Provider}/{channel.Kind}");

    public async Task<IReadOnlyList<Check>> RunAsync(Channel channel, IChannelSetup setup, CancellationToken cancellation)
    {
        var active = await store.ActiveAsync(cancellation);
        List<Check> checks = [Secrets(channel), State(channel), .. channel.Archived ? [] : new[] { Active(channel, active.Contains(channel.Id)), PublicAddress(options.PublicBaseUrl) }];
        if (!channel.InboundEnabled && await StillConnectedAsync(channel, setup, cancellation) is { } connected) checks.Add(connected);
        if (!channel.Archived) checks.AddRange(await setup.CheckAsync(channel, cancellation));
        return checks;
    }

    private Check Secrets(Channel channel)
    {
        var unreadable = channel.Secrets.Where(secret => !box.CanUnwrap(channel.Id, secret.Key, secret.Value)).Select(secret => secret.Key).Order(StringComparer.Ordinal).ToList();
        return unreadable.Count == 0
            ? Check.Pass("secrets", "All secrets can be read.")
            : Check.Fail(
                "secrets",
                $"These secrets can't be unwrapped with the present PPMessage__SecretsKey: {string.Join(", ", unreadable)}.",
                $"Set them again (PATCH /api/channels/{channel.Id} with secrets), or put the earlier PPMessage__SecretsKey back.");
    }

    private static Check State(Channel channel) => channel switch
    {
        { Archived: true } => Check.Warn("inbound", "The channel is archived: it takes delivery callbacks and nothing else.", "Make a new channel if messages are to come in again."),
        { InboundEnabled: false } => Check.Warn(
            "inbound", "The channel's inbound side is off: what comes in is not taken.", $"Turn it on: PATCH /api/channels/{channel.Id} with inbound.enabled true."),
        _ => Check.Pass("inbound", "The channel takes messages in."),
    };

    private static Check Active(Channel channel, bool isActive) => isActive
        ? Check.Pass("active", $"New conversations of kind {channel.Kind} leave by this channel.")
        : Check.Warn(
            "active",
            $"This is not the active channel of kind {channel.Kind}: it answers its own conversations, and new ones don't leave by it.",
            $"If they are to: POST /api/channels/{channel.Id}/activate.");

    private static Check PublicAddress(Uri address) => address switch
    {
        { IsLoopback: true } => Check.Warn(
            "public-address",
            $"PPMessage__PublicBaseUrl is {address.OriginalString}, which only this machine reaches: a provider in the Internet does not (the sandbox does).",
            "Set PPMessage__PublicBaseUrl to the https address by which the Internet reaches this deployment, and connect again."),
        { Scheme: not "https" } => Check.Warn(
            "public-address", $"PPMessage__PublicBaseUrl is {address.OriginalString}, which is not https: messages would travel in clear.", "Set PPMessage__PublicBaseUrl to an https address, and connect again."),
        _ => Check.Pass("public-address", $"Providers are given {address.OriginalString}."),
    };

    private static async Task<Check?> StillConnectedAsync(Channel channel, IChannelSetup setup, CancellationToken cancellation)
    {
        var survey = await setup.SurveyAsync(channel, cancellation);
        var ours = survey.Places.Where(place => place.Holder == PlaceHolder.Ours).Select(place => place.Name).ToList();
        if (survey.Problem is { } problem)
            return Check.Warn(
                "connected", $"Whether the provider still calls this channel, which does not take what comes, could not be asked: {problem}",
                $"Check again later, or look in the provider's console; our URLs are taken out by POST /api/channels/{channel.Id}/disconnect.");
        return ours.Count == 0 ? null : Check.Warn(
            "connected",
            $"The provider still calls this channel, which does not take what comes: {string.Join(", ", ours)}.",
            $"Take our URLs out: POST /api/channels/{channel.Id}/disconnect.");
    }
}
