using System;
using System.Collections.Generic;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>Makes objects of a model class from Graph's JSON with the code generated for the class.</summary>
public sealed class GraphModelReader<TModel> : ModelReader
    where TModel : GraphModel, new()
{
    /// <summary>The reader of the class.</summary>
    public static readonly GraphModelReader<TModel> Instance = new();

    private GraphModelReader()
    {
    }

    /// <inheritdoc/>
    public override object? ReadItem(ReadOnlySpan<byte> json)
    {
        TModel model = new();
        if (model.TryKeepUnread(json))
        {
            return model;
        }

        Utf8JsonReader reader = new(json);
        reader.Read();
        return GraphJson.ReadModel<TModel>(ref reader);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<object> ReadPage(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A page is not a JSON array.");
        }

        List<object> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (GraphJson.ReadModel<TModel>(ref reader) is { } model)
            {
                items.Add(model);
            }
        }

        return items;
    }
}
