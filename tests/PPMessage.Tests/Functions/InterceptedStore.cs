using System.Reflection;
using PPMessage.Storage;

namespace PPMessage.Tests.Functions;

/// <summary>A store of which a test takes some calls into its own hands. (Public and open: the proxy is derived from it.)</summary>
public class InterceptedStore : DispatchProxy
{
    private IStore _inner = null!;
    private Func<string, Func<object?>, object?> _intercept = null!;

    /// <param name="inner">The real store.</param>
    /// <param name="intercept">Gets the name of the method and the real call; returns what the method returns.</param>
    internal static IStore Over(IStore inner, Func<string, Func<object?>, object?> intercept)
    {
        var store = Create<IStore, InterceptedStore>();
        ((InterceptedStore)(object)store)._inner = inner;
        ((InterceptedStore)(object)store)._intercept = intercept;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _intercept(targetMethod!.Name, () => targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null));
}
