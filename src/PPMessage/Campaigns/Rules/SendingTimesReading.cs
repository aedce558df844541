using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Campaigns.Rules;

/// <summary>Sending times as a client writes them among a campaign's rules, checked.</summary>
internal static class SendingTimesReading
{
    /// <param name="default">What holds for quiet hours and holidays that are left out; <c>"quietHours":null</c> is none.</param>
    public static SendingTimes Read(Fields rules, SendingTimes @default)
    {
        var times = new SendingTimes
        {
            QuietHours = rules.Range("quietHours", @default.QuietHours),
            AllowedHours = rules.Range("allowedHours", null),
            AllowedDays = rules.DaysOfWeek("allowedDays"),
            Holidays = rules.Json("holidays") is null or { ValueKind: JsonValueKind.Null } ? @default.Holidays : rules.Flag("holidays", @default.Holidays),
        };
        if (!SendingHours.LeaveAny(times)) rules.Refuse("allowedHours", "all lie within the quiet hours");
        return times;
    }

    /// <summary>Adds what <see cref="Read"/> reads.</summary>
    public static Shape SendingTimes(this Shape shape) => shape
        .OptionalObject("quietHours", "Nothing is sent then, by the contact's clock; may go over midnight. Null: none; left out: as the workspace's setting says.", Range())
        .OptionalObject("allowedHours", "Only then, by the contact's clock; may go over midnight.", Range())
        .Json("allowedDays", "Only on these, 0 = Sunday; empty or left out: on all.", """{"type":["array","null"],"items":{"type":"integer","minimum":0,"maximum":6}}""")
        .Json("holidays", "Not on holidays of the business hours, by the contact's date; make-up days are none. Null or left out: as the workspace's setting says.", """{"type":["boolean","null"]}""");

    public static Shape Range() => new Shape("Hours").Text("from", "00:00 to 23:59.").Text("to", "Not included; up to 24:00.").Required("from", "to");
}
