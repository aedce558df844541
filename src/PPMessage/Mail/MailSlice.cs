using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace PPMessage.Mail;

internal static class MailSlice
{
    /// <summary>MimeKit remembers for good which charsets it did not find, so they are there before it is first used.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return services;
    }
}
