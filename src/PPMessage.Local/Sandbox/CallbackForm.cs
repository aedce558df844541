namespace PPMessage.Local.Sandbox;

/// <summary>The URLs and methods in a form that changes where something calls.</summary>
internal static class CallbackForm
{
    /// <summary>Null: all that are given are right; an empty one takes away.</summary>
    public static TwilioError? Refuse(IFormCollection form, IEnumerable<string> urls, IEnumerable<string> methods)
    {
        var url = urls.FirstOrDefault(name => form[name].ToString() is { Length: > 0 } value && !CallbackUrls.IsValid(value));
        if (url is not null) return TwilioError.InvalidCallbackUrl(url);
        var method = methods.FirstOrDefault(name => form[name].ToString() is not ("" or "GET" or "POST"));
        return method is null ? null : TwilioError.InvalidMethod(method);
    }
}
