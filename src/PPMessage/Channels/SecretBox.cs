using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Channels;

/// <summary>
/// Wraps secrets at rest: AES-256-GCM, the key derived from <c>PPMessage__SecretsKey</c> by HKDF-SHA256 (RFC 5869), a random nonce for each,
/// bound to the channel and the secret's name so that a box can't be moved to another. Thread-safe.
/// </summary>
internal sealed class SecretBox(PPMessageOptions options)
{
    // Version byte, nonce, tag, ciphertext; in Base64.
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = 1 + NonceBytes + TagBytes;

    // A hint of a short secret would give too much of it away.
    private const int ShortestHinted = 16;
    private const int HintCharacters = 4;

    private readonly byte[]? _key = options.HasSecretsKey ? Derive(options.SecretsKey!) : null;

    public bool CanWrap => _key is not null;

    public WrappedSecret Wrap(string channelId, string name, string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[HeadBytes + plain.Length];
        box[0] = Version;
        RandomNumberGenerator.Fill(box.AsSpan(1, NonceBytes));
        using var aes = new AesGcm(Key(), TagBytes);
        aes.Encrypt(box.AsSpan(1, NonceBytes), plain, box.AsSpan(HeadBytes), box.AsSpan(1 + NonceBytes, TagBytes), Bound(channelId, name));
        return new WrappedSecret(Convert.ToBase64String(box), secret.Length < ShortestHinted ? string.Empty : secret[^HintCharacters..]);
    }

    /// <exception cref="SecretUnreadableException">The box was made with another key, for another channel, or is damaged.</exception>
    public string Unwrap(string channelId, string name, WrappedSecret wrapped)
    {
        try
        {
            var box = Convert.FromBase64String(wrapped.Box);
            if (box.Length < HeadBytes || box[0] != Version) throw new SecretUnreadableException(channelId, name);
            var plain = new byte[box.Length - HeadBytes];
            using var aes = new AesGcm(Key(), TagBytes);
            aes.Decrypt(box.AsSpan(1, NonceBytes), box.AsSpan(HeadBytes), box.AsSpan(1 + NonceBytes, TagBytes), plain, Bound(channelId, name));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception error) when (error is CryptographicException or FormatException or InvalidOperationException)
        {
            throw new SecretUnreadableException(channelId, name, error);
        }
    }

    public bool CanUnwrap(string channelId, string name, WrappedSecret wrapped)
    {
        try
        {
            return Unwrap(channelId, name, wrapped) is not null;
        }
        catch (SecretUnreadableException)
        {
            return false;
        }
    }

    private byte[] Key() => _key ?? throw new InvalidOperationException("The setting PPMessage__SecretsKey is missing or too short.");

    private static byte[] Bound(string channelId, string name) => Encoding.UTF8.GetBytes($"{channelId}|{name}");

    private static byte[] Derive(string secretsKey) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secretsKey.Trim()), 32, info: "PPMessage channel secrets"u8.ToArray());
}

/// <summary>A stored secret can't be read: <c>PPMessage__SecretsKey</c> is missing or was changed. An admin has to set the secret again, or put the old key back.</summary>
internal sealed class SecretUnreadableException : Exception
{
    public SecretUnreadableException() { }

    public SecretUnreadableException(string message) : base(message) { }

    public SecretUnreadableException(string message, Exception inner) : base(message, inner) { }

    public SecretUnreadableException(string channelId, string name, Exception? inner = null)
        : base($"The secret {name} of channel {channelId} can't be unwrapped with the present PPMessage__SecretsKey: set it again.", inner) { }
}
