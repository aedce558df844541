namespace PPMessage.Http;

/// <summary>Ids and addresses in the document's examples: the same thing has the same one everywhere, so that a test can put a real one in its place.</summary>
internal static class Samples
{
    public const string Contact = "ct_3a01kap0wq5v7x9y1c3e5g7h9j1k";
    public const string OtherContact = "ct_5b01kap0z28n4p6r8t0v2w4x6y8a";
    public const string Agent = "ag_01kap10c3e5g7h9j1k3m5n7p9q";
    public const string Team = "tm_01kap1fs7t9v1x3z5b7d9f1h3j";
    public const string Answer = "an_01kap1jv9x1z3b5d7f9h1j3k5m";
    public const string Attribute = "memberLevel";
    public const string Import = "imp_01kap1my1z3b5d7f9h1j3k5m7n";
    public const string Channel = "ch_01kap13f6h8j0k2m4n6p8r0t2v";
    public const string Webhook = "wh_01kap1py3z5b7d9f1h3j5k7m9n";
    public const string Segment = "sg_01kap1v49b1d3f5h7j9k1m3n5p";
    public const string Flow = "fl_01kap1sx7b9d1f3h5j7k9m1n3p";
    public const string Campaign = "cp_01kap20g2k4m6n8p0q2r4t6v8w";
    public const string CampaignRun = "cr_01kap24h5n7p9q1r3s5t7v9w1x01kap20g2k4m6n8p0q2r4t6v8w";
    public const string Run = "run_01kap1x4c6e8g0j2k4m6n8p0q2r4t6v8w0x2y4z6a8b0c2d4e6";
    public const string Conversation = "cv_01kap16j9k1m3n5p7q9r1t3v5w7x9y1a3b5c";
    public const string Message = "msg_01kap19m2n4p6q8r0s2t4v6w8x0y2a4b6c8d";
    public const string File = "fl_0";
    public const string Letter = "dl_01kap1cq5r7s9t1v3w5x7y9z1a";
    public const string HookKey = "k3m5n7p9q1r3s5t7v9w1x3y5z7a9b1c3";
    public const string UnsubscribeToken = "01kap16j9k1m3n5p7q9r1t3v5w01kap19m2n4p6q8r0s2t4v6w8x7x9y1a3b5c7d9f1h3j5k7m9n1p2q4r6s8t0v2w4x6y8z0a2b4c6d8";
    public const string Phone = "+8613800138000";
    public const string Email = "li.wei@example.cn";
    public const string ExternalId = "crm-4711";

    /// <summary>A channel's own number.</summary>
    public const string Number = "+15005550009";
}
