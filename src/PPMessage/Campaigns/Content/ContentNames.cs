using System.Net;
using PPMessage.Campaigns.Definitions;
using PPMessage.Contacts;
using PPMessage.Templates;

namespace PPMessage.Campaigns.Content;

/// <summary>For whom a campaign's texts are made.</summary>
/// <param name="UnsubscribeUrl">Null: the channel has no such thing.</param>
internal sealed record ContentScene(Contact Contact, Campaign Campaign, DateTimeOffset Now, Uri? UnsubscribeUrl);

/// <summary>What a campaign's texts may show: a closed set. Pure.</summary>
internal static class ContentNames
{
    public const string UnsubscribeUrl = "unsubscribeUrl";

    private static readonly Dictionary<string, Named<ContentScene>> Roots = new()
    {
        ["contact"] = Named<ContentScene>.Object(_ => true, ContactNames.Of<ContentScene>(scene => scene.Contact)),
        ["campaign"] = Named<ContentScene>.Object(_ => true, new()
        {
            ["id"] = Named<ContentScene>.Scalar(scene => scene.Campaign.Id),
            ["name"] = Named<ContentScene>.Scalar(scene => scene.Campaign.Name),
        }),
        [UnsubscribeUrl] = Named<ContentScene>.Scalar(scene => scene.UnsubscribeUrl?.AbsoluteUri),
        ["now"] = Named<ContentScene>.Scalar(scene => scene.Now),
    };

    public static readonly IReadOnlySet<string> All = Roots.Keys.ToHashSet();

    public static IReadOnlyDictionary<string, object?> Of(ContentScene scene, IReadOnlySet<string> mentioned) => mentioned.ToDictionary(name => name, name => Roots.GetValueOrDefault(name)?.Of(scene));

    /// <summary>The same for HTML: what a contact is called must not be read as tags.</summary>
    public static IReadOnlyDictionary<string, object?> EncodedOf(ContentScene scene, IReadOnlySet<string> mentioned) => mentioned.ToDictionary(name => name, name => Encoded(Roots.GetValueOrDefault(name)?.Of(scene)));

    /// <summary>Why a text that looks there never finds anything; null: it may.</summary>
    public static string? MistakeOf(TemplateLook look) => Roots[look.Root].MistakeOf(look.Root, [.. look.Members]) is { } mistake ? $"Line {look.Line}: {mistake}" : null;

    private static object? Encoded(object? value) => value switch
    {
        string text => WebUtility.HtmlEncode(text),
        IReadOnlyDictionary<string, object?> map => map.ToDictionary(entry => entry.Key, entry => Encoded(entry.Value)),
        IEnumerable<object?> list => list.Select(Encoded).ToList(),
        _ => value,
    };
}
