using System.Text.RegularExpressions;

namespace PPMessage.Flows.Steps;

/// <summary>Why an expression can't be used, in words of ours: the library's name its own options and no remedy. Pure.</summary>
internal static class PatternMistakes
{
    // What can't be matched in linear time. The longer beginnings first.
    private static readonly (string Beginning, string What)[] Groups =
    [
        ("(?<=", "a look-behind"), ("(?<!", "a look-behind"), ("(?=", "a look-ahead"), ("(?!", "a look-ahead"), ("(?>", "an atomic group"), ("(?(", "a condition"),
    ];

    /// <param name="error">What the library says of it.</param>
    public static string Of(string pattern, Exception error)
    {
        if (Unserved(pattern) is var (at, sign, what)) return $"at offset {at}: {what} '{sign}' can't be used here. Look-around, back references, atomic groups and conditions take too long on some texts";
        if (error is RegexParseException parsing) return $"at offset {parsing.Offset}: {Words(parsing.Error)}";
        return "it would be too large. Let it repeat less, such as x{1,50}";
    }

    /// <summary>The first thing in it that is not served; null: there is none.</summary>
    private static (int At, string Sign, string What)? Unserved(string pattern)
    {
        for (var at = 0; at < pattern.Length; at++)
        {
            var rest = pattern.AsSpan(at);
            if (rest is ['\\', var escaped, ..])
            {
                if (escaped is 'k' or (>= '1' and <= '9')) return (at, rest[..2].ToString(), "a back reference");
                if (escaped == 'G') return (at, rest[..2].ToString(), "the end of the last match");
                at++;
            }
            else if (rest[0] == '[')
            {
                at = EndOfClass(pattern, at);
            }
            else
            {
                foreach (var (beginning, what) in Groups)
                    if (rest.StartsWith(beginning)) return (at, beginning, what);
            }
        }

        return null;
    }

    /// <summary>Where the brackets close that open there. A ']' that comes first, or behind a backslash, is a character; a class may be taken from another one.</summary>
    private static int EndOfClass(string pattern, int open)
    {
        var depth = 1;
        var at = open + (pattern.AsSpan(open).StartsWith("[^") ? 2 : 1);
        for (var first = at; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\') at++;
            else if (pattern[at] == '[' && pattern[at - 1] == '-') depth++;
            else if (pattern[at] == ']' && at > first && --depth == 0) return at;
        }

        return pattern.Length;
    }

    private static string Words(RegexParseError error) => error switch
    {
        RegexParseError.InsufficientClosingParentheses => "a bracket '(' is not closed",
        RegexParseError.InsufficientOpeningParentheses => "a bracket ')' closes nothing; write \\) for the character",
        RegexParseError.UnterminatedBracket => "a bracket '[' is not closed",
        RegexParseError.UnterminatedComment => "a comment '(?#' is not closed",
        RegexParseError.QuantifierAfterNothing => "what is to be repeated is missing; write \\*, \\+ or \\? for the character",
        RegexParseError.NestedQuantifiersNotParenthesized => "what is repeated is repeated again; put brackets around it",
        RegexParseError.ReversedCharacterRange => "a range of characters goes backwards",
        RegexParseError.ReversedQuantifierRange => "a number of repetitions goes backwards",
        RegexParseError.QuantifierOrCaptureGroupOutOfRange => "a number is too large",
        RegexParseError.ShorthandClassInCharacterRange => "a range of characters can't begin or end with a class such as \\d",
        RegexParseError.ExclusionGroupNotLast => "a class that is taken from another one has to stand last in it",
        RegexParseError.UnescapedEndingBackslash => "a backslash stands at the end; write \\\\ for the character",
        RegexParseError.UnrecognizedEscape => "a backslash stands before what needs none and has no meaning with one",
        RegexParseError.InsufficientOrInvalidHexDigits => "hexadecimal digits are missing, as in \\x41 and \\u4E2D",
        RegexParseError.UnrecognizedControlCharacter or RegexParseError.MissingControlCharacter => "there is no such control character",
        RegexParseError.InvalidUnicodePropertyEscape or RegexParseError.MalformedUnicodePropertyEscape or RegexParseError.UnrecognizedUnicodeProperty =>
            "there is no such class of characters; there are \\p{L} (letters), \\p{N} (digits), \\p{IsCJKUnifiedIdeographs} …",
        RegexParseError.InvalidGroupingConstruct => "a group '(?' has no kind; there are (?:…) and (?<name>…)",
        RegexParseError.CaptureGroupNameInvalid or RegexParseError.CaptureGroupOfZero => "a group's name is none",
        _ => "it can't be understood",
    };
}
