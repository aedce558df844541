using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PPMessage.Contacts;

internal static class ContactsSlice
{
    public static IServiceCollection AddContacts(this IServiceCollection services) => services.AddSingleton<ContactStore>().AddSingleton<PresenceStore>().AddSingleton<PresenceApi>().AddSingleton<ContactsApi>();

    public static void MapContacts(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<ContactsApi>();
        var contacts = routes.MapGroup("/api/contacts");
        contacts.MapGet("", api.ListAsync);
        contacts.MapPost("", api.CreateAsync);
        contacts.MapGet("/{id}", api.GetAsync);
        contacts.MapPatch("/{id}", api.ChangeAsync);
        contacts.MapPut("/{id}/presence", routes.ServiceProvider.GetRequiredService<PresenceApi>().BeatAsync);
    }
}
