using Microsoft.AspNetCore.Builder;

namespace PPMessage.Http;

/// <summary>Metadata of an endpoint: how to make its <see cref="Operation"/> when somebody reads the document.</summary>
internal sealed record Described(Func<Operation> Operation);

/// <summary>Marks endpoints below <c>/api</c> that say nothing of this workspace and ask for no token.</summary>
internal sealed class ForEverybody
{
    public static readonly ForEverybody Instance = new();
}

/// <summary>The schema, as JSON, of a property whose type says too little, or of a type that a converter of its own writes.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
internal sealed class SchemaAttribute(string json) : Attribute
{
    public string Json => json;
}

internal static class Describing
{
    /// <param name="operation">A static method: nothing is made before it is asked for.</param>
    public static TBuilder Describe<TBuilder>(this TBuilder builder, Func<Operation> operation) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new Described(operation));

    public static TBuilder AllowEverybody<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(ForEverybody.Instance);
}
