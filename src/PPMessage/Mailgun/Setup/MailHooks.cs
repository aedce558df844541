using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

internal enum HookForm
{
    ParsedMail,
    RawMail,
    Events,
}

/// <summary>The URLs that Mailgun is to call for a channel, and whose those are that stand there.</summary>
internal sealed class MailHooks(Uri publicBaseUrl, Channel channel, HookUrls urls)
{
    public string ChannelId => channel.Id;

    public string Mime { get; } = MailgunUrls.Mime(publicBaseUrl, channel.HookKey);

    public string Events { get; } = MailgunUrls.Events(publicBaseUrl, channel.HookKey);

    public HookOwner OwnerOf(string url) => urls.OwnerOf(url);

    /// <summary>Whether it is to be replaced by this channel's URL.</summary>
    public bool IsOurs(string url) => OwnerOf(url) is HookOwner.Current or HookOwner.Moved or HookOwner.Gone;

    /// <summary>Null: it is no URL of a channel for mail.</summary>
    public HookForm? FormOf(string url) => urls.Read(url).Path switch
    {
        "email" => HookForm.ParsedMail,
        "email/mime" => HookForm.RawMail,
        "email/events" => HookForm.Events,
        _ => null,
    };
}
