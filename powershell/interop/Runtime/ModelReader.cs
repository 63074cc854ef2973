using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MgLicense.PowerShell;

/// <summary>Makes objects of one model class from Graph's JSON, without reflection.</summary>
public abstract class ModelReader
{
    /// <summary>Makes one object.</summary>
    /// <exception cref="JsonException">The JSON is not an object of this kind.</exception>
    public abstract object? ReadItem(ReadOnlySpan<byte> json);

    /// <summary>Makes the objects of one page, in order.</summary>
    /// <exception cref="JsonException">The JSON is not an array of such objects.</exception>
    public abstract IReadOnlyList<object> ReadPage(ReadOnlySpan<byte> json);
}

/// <summary>Makes objects of <typeparamref name="T"/>.</summary>
public sealed class ModelReader<T> : ModelReader
    where T : class
{
    private readonly Func<JsonTypeInfo<T>> typeInfo;
    private JsonTypeInfo<T>? item;
    private JsonTypeInfo<List<T>>? page;

    /// <summary>Takes the type information lazily, so that importing the module costs none of it.</summary>
    public ModelReader(Func<JsonTypeInfo<T>> typeInfo) => this.typeInfo = typeInfo;

    private JsonTypeInfo<T> Item => item ??= typeInfo();

    private JsonTypeInfo<List<T>> Page => page ??= JsonMetadataServices.CreateListInfo<List<T>, T>(
        Item.Options,
        new JsonCollectionInfoValues<List<T>> { ObjectCreator = static () => [], ElementInfo = Item });

    /// <inheritdoc/>
    public override object? ReadItem(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Item);

    /// <inheritdoc/>
    public override IReadOnlyList<object> ReadPage(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Page) ?? [];
}
