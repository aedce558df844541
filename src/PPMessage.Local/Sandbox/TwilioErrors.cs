using Microsoft.AspNetCore.Http.HttpResults;

namespace PPMessage.Local.Sandbox;

/// <summary>A refusal by Twilio: <c>{"code","message","more_info","status"}</c>.</summary>
internal sealed record TwilioError(int Code, int Status, string Message)
{
    public JsonHttpResult<ErrorJson> Result() =>
        TypedResults.Json(new ErrorJson(Code, Message, $"https://www.twilio.com/docs/errors/{Code}", Status), TwilioJson.Wire.ErrorJson, statusCode: Status);

    /// <summary>By its code alone. The HTTP status of 63038 is a guess: Twilio documents none.</summary>
    public static TwilioError Named(int code) => code switch
    {
        20003 => Authenticate(),
        20005 => NotActive(),
        20429 => TooManyRequests(),
        21610 => OptedOut(),
        63038 => new(63038, 429, "Account exceeded the daily messages limit"),
        _ => new(code, 400, "Refused"),
    };

    public static TwilioError Authenticate() => new(20003, 401, "Authenticate");

    /// <summary>The HTTP status is a guess.</summary>
    public static TwilioError NotActive() => new(20005, 403, "Account not active");

    public static TwilioError TestCredentials() => new(20008, 403, "Resource not accessible with Test Account Credentials");

    /// <summary>The HTTP status is a guess.</summary>
    public static TwilioError NotPermitted(string permission) => new(70051, 401, $"Authorization Error. Required permission: {permission}");

    public static TwilioError NotFound(HttpRequest request) => new(20404, 404, $"The requested resource {request.Path} was not found");

    public static TwilioError TooManyRequests() => new(20429, 429, "Too Many Requests");

    /// <summary>A guess at the code; that Twilio refuses such a filter is not documented, but passing everything would hide a mistake.</summary>
    public static TwilioError InvalidDate() => new(20001, 400, "Invalid DateSent");

    public static TwilioError Internal() => new(20500, 500, "An internal server error has occurred");

    public static TwilioError ToMissing() => new(21604, 400, "A 'To' phone number is required.");

    public static TwilioError FromMissing() => new(21603, 400, "A 'From' phone number is required.");

    public static TwilioError BodyMissing() => new(21602, 400, "Message body is required.");

    public static TwilioError BodyTooLong() => new(21617, 400, "The concatenated message body exceeds the 1600 character limit");

    public static TwilioError InvalidTo(string to) => new(21211, 400, $"Invalid 'To' Phone Number: {Masked(to)}");

    public static TwilioError InvalidFrom(string from) => new(21212, 400, $"Invalid From Number (caller ID): {from}");

    public static TwilioError FromNotOurs(string from) =>
        new(21606, 400, $"The 'From' phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account.");

    public static TwilioError QueueFull(string from) => new(21611, 429, $"This 'From' number {from} has exceeded the maximum number of queued messages");

    public static TwilioError NotRoutable(string to, string from) =>
        new(21612, 400, $"Message cannot be sent with the current combination of 'To' ({to}) and/or 'From' ({from}) parameters");

    public static TwilioError RegionOff(string to) =>
        new(21408, 400, $"Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}");

    public static TwilioError Unverified(string to) =>
        new(21608, 400, $"The number {to} is unverified. Trial accounts cannot send messages to unverified numbers; verify {to} or purchase a Twilio number.");

    public static TwilioError OptedOut() => new(21610, 400, "Attempt to send to unsubscribed recipient");

    public static TwilioError NotMobile(string to) => new(21614, 400, $"'To' number is not a valid mobile number: {to}");

    public static TwilioError SameNumber() => new(21266, 400, "'To' and 'From' number cannot be the same");

    public static TwilioError InvalidStatusCallback(string url) => new(21609, 400, $"The 'StatusCallback' URL {url} is not a valid URL.");

    public static TwilioError InvalidCallbackUrl(string name) => new(21502, 400, $"{name} is not a valid URL");

    public static TwilioError InvalidMethod(string name) => new(21403, 400, $"{name} must be GET or POST");

    public static TwilioError InvalidMediaUrl() => new(21620, 400, "Invalid media URL(s)");

    public static TwilioError TooManyMedia() => new(21623, 400, "Number of media files exceeds allowed limit");

    public static TwilioError EmptyService() => new(21703, 400, "The Messaging Service does not have a phone number available to send the message");

    public static TwilioError NumberTaken(string number) => new(21422, 400, $"{number} is not available");

    public static TwilioError NotCancelable() => new(30409, 409, "This message cannot be canceled");

    public static TwilioError NotComplete() => new(20009, 409, "Cannot delete this resource before it is complete");

    /// <summary>Twilio writes only the ends of an invalid number.</summary>
    private static string Masked(string number) => number.Length <= 8 ? number : $"{number[..4]}{new string('X', number.Length - 8)}{number[^4..]}";
}
