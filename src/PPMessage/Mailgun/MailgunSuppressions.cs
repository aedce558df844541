using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>Takes an address off Mailgun's lists of those that it sends nothing to; they are the domain's own. Thread-safe.</summary>
internal sealed class MailgunSuppressions(MailgunClient mailgun, ChannelDirectory channels, PPMessageOptions options)
{
    private const string Bounces = "bounces";

    private static readonly string[] Lists = [Bounces, "unsubscribes", "complaints"];

    /// <inheritdoc cref="LiftSuppression"/>
    public async Task<string?> LiftAsync(Channel channel, string address, bool bouncesOnly, CancellationToken cancellation)
    {
        if (MailgunAccount.Of(channel, channels, options) is not { } account) return "The API key of this channel is not set or can't be read.";
        foreach (var list in bouncesOnly ? [Bounces] : Lists)
        {
            var answer = await mailgun.DeleteSuppressionAsync(account, list, address, cancellation);
            if (!answer.IsSuccess && !IsNotListed(answer)) return $"Mailgun did not take the address off its list of {list}: {MailgunOutcome.Said(answer)}";
        }

        return null;
    }

    // A domain that it does not know is a 404, too.
    private static bool IsNotListed(ProviderAnswer answer) =>
        answer is { Reach: ProviderReach.Answered, Status: 404 } && !MailgunOutcome.Said(answer).Contains("domain", StringComparison.OrdinalIgnoreCase);
}
