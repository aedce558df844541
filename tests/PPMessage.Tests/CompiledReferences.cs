using System.Reflection;
using System.Reflection.Emit;

namespace PPMessage.Tests;

/// <summary>The types that a compiled type uses: in its declaration, its members' signatures, and the code of its methods.</summary>
internal static class CompiledReferences
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodes =
        typeof(OpCodes).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static IEnumerable<Type> Of(Type type) => Raw(type).SelectMany(Parts).Distinct();

    private static IEnumerable<Type?> Raw(Type type) =>
    [
        type.BaseType, .. type.GetInterfaces(), .. type.GetCustomAttributesData().Select(attribute => attribute.AttributeType),
        .. type.GetFields(All).Select(field => field.FieldType),
        .. type.GetMethods(All).SelectMany(method => OfMethod(method).Append(method.ReturnType)),
        .. type.GetConstructors(All).SelectMany(OfMethod),
    ];

    private static IEnumerable<Type?> OfMethod(MethodBase method) =>
    [
        .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [],
        .. OfCode(method),
    ];

    private static IEnumerable<Type?> OfCode(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        for (var i = 0; i < code.Length;)
        {
            var op = code[i] == 0xfe ? OpCodes[(short)(0xfe00 | code[i + 1])] : OpCodes[code[i]];
            i += op.Size;
            if (op.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                foreach (var used in OfMember(Resolve(method, BitConverter.ToInt32(code, i)))) yield return used;
            i += Length(op.OperandType, code, i);
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static IEnumerable<Type?> OfMember(MemberInfo? member) => member switch
    {
        Type type => [type],
        MethodInfo method => [method.DeclaringType, .. method.GetGenericArguments()],
        not null => [member.DeclaringType],
        null => [],
    };

    private static int Length(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    private static IEnumerable<Type> Parts(Type? type)
    {
        if (type is null || type.IsGenericParameter) return [];
        if (type.HasElementType) return Parts(type.GetElementType());
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
    }
}
