namespace PPMessage.Channels;

/// <summary>
/// Takes an address off the provider's own list of those that it sends nothing to (bounced, complained, unsubscribed). Registered keyed by <c>provider/kind</c>;
/// where none is registered, only the contact can lift what it has stopped. Idempotent. Never throws for what a provider answers.
/// </summary>
/// <param name="bouncesOnly">What the contact itself has asked for (a complaint, an unsubscription) stays on its list.</param>
/// <returns>Why it could not be done, for people; null when the address is on no list any more.</returns>
internal delegate Task<string?> LiftSuppression(Channel channel, string address, bool bouncesOnly, CancellationToken cancellation);
