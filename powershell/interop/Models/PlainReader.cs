using System;
using System.Collections.Generic;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>Reads answers that are no model: a number, or a truth, bare or as the property <c>value</c> of an object.</summary>
public sealed class PlainReader : ModelReader
{
    /// <summary>Reads a number, such as what <c>$count</c> answers.</summary>
    public static readonly PlainReader Number = new((ref Utf8JsonReader json) => json.TryGetInt32(out int number) ? (object)number : json.GetInt64());

    /// <summary>Reads a truth, such as what an action answers.</summary>
    public static readonly PlainReader Truth = new((ref Utf8JsonReader json) => json.GetBoolean());

    private readonly ReadValue read;

    private PlainReader(ReadValue read) => this.read = read;

    private delegate object ReadValue(ref Utf8JsonReader json);

    /// <inheritdoc/>
    public override object? ReadItem(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return read(ref reader);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (isValue)
            {
                return read(ref reader);
            }

            reader.Skip();
        }

        return null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<object> ReadPage(ReadOnlySpan<byte> json) =>
        throw new JsonException("A list of plain values was not asked for.");
}
