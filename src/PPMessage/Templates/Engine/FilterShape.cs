using System.Reflection;
using DotLiquid;

namespace PPMessage.Templates.Engine;

/// <summary>How many arguments a filter takes besides its input.</summary>
internal sealed record FilterShape(int Fewest, int Most)
{
    public static IReadOnlyDictionary<string, FilterShape> Of(IEnumerable<Type> types) =>
        types.SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .GroupBy(method => DotLiquid.Template.NamingConvention.GetMemberName(method.Name))
            .ToDictionary(same => same.Key, same => new FilterShape(same.Min(FewestOf), same.Max(MostOf)));

    private static int FewestOf(MethodInfo method) => Arguments(method).Count(argument => !argument.HasDefaultValue);

    private static int MostOf(MethodInfo method) => Arguments(method).Count();

    private static IEnumerable<ParameterInfo> Arguments(MethodInfo method) =>
        method.GetParameters().SkipWhile(parameter => parameter.ParameterType == typeof(Context)).Skip(1);
}
