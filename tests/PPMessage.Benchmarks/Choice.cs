using System.Globalization;

namespace PPMessage.Benchmarks;

/// <summary>What is to be measured.</summary>
/// <param name="Parts">Words of <see cref="Known"/>.</param>
/// <param name="Messages">Of one round on the embedded store; Azurite gets a tenth.</param>
/// <param name="Rounds">How often the app and the bare store take turns.</param>
/// <param name="InFlight">Callbacks at once.</param>
/// <param name="Import">Rows that the part "import" imports; 0: that part is left out.</param>
/// <param name="Campaign">Contacts that the part "campaigns" looks at, after a tenth of them; 0: that part is left out.</param>
/// <param name="Filled">Messages stored before the part "filled" measures; 0: that part is left out.</param>
internal sealed record Choice(IReadOnlySet<string> Parts, int Messages, int Rounds, int InFlight, int Filled, int Import, int Campaign)
{
    public const string Usage = """
        dotnet run -c Release --project tests/PPMessage.Benchmarks -- [parts] [options]
          parts      inbound (SMS), mail, flows, operations, startup; the first two on embedded, azurite (default: all of them)
          --messages N    SMS or mails of a round on the embedded store, a tenth of it on Azurite (20000)
          --rounds N      turns of the app and the bare store (3)
          --in-flight N   callbacks at once (32)
          --filled [N]    also measures with N messages stored (1000000); takes minutes
          import, or --import N    imports N contacts (1000000), and once more with a kill in the middle; takes minutes
          campaigns, or --campaigns N    a campaign over a tenth of N contacts, and over N (1000000); takes minutes
        """;

    private static readonly string[] Known = ["inbound", "mail", "flows", "operations", "startup", "embedded", "azurite"];
    private static readonly string[] OnStores = ["inbound", "mail"];
    private static readonly string[] Stores = ["embedded", "azurite"];

    public bool Has(string part) => Parts.Contains(part);

    /// <summary>Null when the words are not understood.</summary>
    public static Choice? Parse(string[] words)
    {
        var (parts, numbers) = (new HashSet<string>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal) { ["--messages"] = 20_000, ["--rounds"] = 3, ["--in-flight"] = 32, ["--filled"] = 0, ["--import"] = 0, ["--campaigns"] = 0 });
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "import") numbers["--import"] = numbers["--import"] is 0 ? 1_000_000 : numbers["--import"];
            else if (words[i] == "campaigns") numbers["--campaigns"] = numbers["--campaigns"] is 0 ? 1_000_000 : numbers["--campaigns"];
            else if (Known.Contains(words[i])) parts.Add(words[i]);
            else if (!numbers.ContainsKey(words[i])) return null;
            else if (i + 1 < words.Length && int.TryParse(words[i + 1], NumberStyles.None, null, out var number)) numbers[words[i++]] = number;
            else if (words[i] == "--filled") numbers[words[i]] = 1_000_000;
            else return null;
        }

        if (parts.Overlaps(Stores) && !parts.Overlaps(OnStores)) parts.UnionWith(OnStores);
        if (parts.Overlaps(OnStores) && !parts.Overlaps(Stores)) parts.UnionWith(Stores);
        if (parts.Count == 0 && numbers["--filled"] == 0 && numbers["--import"] == 0 && numbers["--campaigns"] == 0) parts.UnionWith(Known);
        return new Choice(parts, numbers["--messages"], numbers["--rounds"], numbers["--in-flight"], numbers["--filled"], numbers["--import"], numbers["--campaigns"]);
    }
}
