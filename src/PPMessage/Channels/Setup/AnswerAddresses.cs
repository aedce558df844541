namespace PPMessage.Channels.Setup;

/// <summary>
/// The addresses, besides the channels' own, that contacts are told to answer to: what is sent there has to come here. In the form in which contacts'
/// addresses are kept. Reads the store, not a cache. Registered where such addresses are set.
/// </summary>
internal delegate Task<IReadOnlyList<string>> AnswerAddresses(CancellationToken cancellation);
