using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts.Attributes;
using PPMessage.Contacts.Bulk;
using PPMessage.Contacts.Facts;
using PPMessage.Http;

namespace PPMessage.Contacts;

internal static class ContactsSlice
{
    public static IServiceCollection AddContacts(this IServiceCollection services) => services
        .AddSingleton<AttributeDirectory>().AddSingleton<AttributeStore>().AddSingleton<AttributesApi>().AddBulk()
        .AddSingleton<ContactStore>().AddSingleton<ContactFacts>().AddSingleton<Standings>().AddSingleton<PresenceStore>().AddSingleton<PresenceApi>().AddSingleton<ContactsApi>();

    public static void MapContacts(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<ContactsApi>();
        var contacts = routes.MapGroup("/api/contacts");
        contacts.MapGet("", api.ListAsync).Describe(ContactsOperations.List);
        contacts.MapPost("", api.CreateAsync).Describe(ContactsOperations.Create);
        contacts.MapGet("/{id}", api.GetAsync).Describe(ContactsOperations.Get);
        contacts.MapPatch("/{id}", api.ChangeAsync).Describe(ContactsOperations.Change);
        contacts.MapPut("/{id}/presence", routes.ServiceProvider.GetRequiredService<PresenceApi>().BeatAsync).Describe(ContactsOperations.SetPresence);
        contacts.MapBulk();
        routes.MapAttributes();
    }

    private static void MapAttributes(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<AttributesApi>();
        var attributes = routes.MapGroup("/api/contact-attributes");
        attributes.MapGet("", api.ListAsync).Describe(AttributesOperations.List);
        attributes.MapGet("/{key}", api.GetAsync).Describe(AttributesOperations.Get);
        attributes.MapPost("", api.CreateAsync).RequireAdmin().Describe(AttributesOperations.Create);
        attributes.MapPatch("/{key}", api.ChangeAsync).RequireAdmin().Describe(AttributesOperations.Change);
        attributes.MapDelete("/{key}", api.DeleteAsync).RequireAdmin().Describe(AttributesOperations.Delete);
    }
}
