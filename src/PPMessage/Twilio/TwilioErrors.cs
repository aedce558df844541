namespace PPMessage.Twilio;

/// <summary>What an error of Twilio's means for a message that we wanted to send.</summary>
internal enum TwilioErrorClass
{
    /// <summary>Never, as it stands.</summary>
    Refused,

    /// <summary>Never: the recipient has stopped this sender.</summary>
    OptedOut,

    /// <summary>Too many requests at once: surely not processed, soon again.</summary>
    Busy,

    /// <summary>A queue or a daily allowance is full: surely not processed, much later again.</summary>
    Full,

    /// <summary>Nothing goes out by this channel until somebody repairs it.</summary>
    ChannelBroken,
}

/// <summary>Code → class. Source: twilio.com/docs/api/errors. The meaning of codes changes now and then: keep this the only place that knows them.</summary>
internal static class TwilioErrors
{
    public const string OptedOutCode = "21610";

    private static readonly Dictionary<int, TwilioErrorClass> Classes = new()
    {
        [20003] = TwilioErrorClass.ChannelBroken, // wrong token, or a key of another account
        [20005] = TwilioErrorClass.ChannelBroken, // account suspended; from general knowledge, not looked up
        [20429] = TwilioErrorClass.Busy,
        [21610] = TwilioErrorClass.OptedOut,
        [21611] = TwilioErrorClass.Full, // more than ten hours' worth wait behind this number
        [63038] = TwilioErrorClass.Full, // the account's messages of a rolling day; its HTTP status (400 or 429) is not documented
        [70051] = TwilioErrorClass.ChannelBroken, // a restricted key lacks the permission

        // Everything else that Twilio answers with a 4xx is final: 20404 wrong account, 21211/21614/21635 bad recipient, 21212/21606/21659/21660 not our
        // number, 21408 country not enabled (400 or 403), 21608 trial account, 21612 no route, 21617 too long, and what is not listed anywhere.
    };

    public static TwilioErrorClass Class(int status, int? code) => status switch
    {
        _ when code is { } known && Classes.TryGetValue(known, out var listed) => listed,
        401 => TwilioErrorClass.ChannelBroken,
        429 => TwilioErrorClass.Busy,
        _ => TwilioErrorClass.Refused,
    };
}
