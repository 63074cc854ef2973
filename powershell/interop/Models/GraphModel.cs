using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>
/// The base of every model class. The generated part of a class knows its properties; this part knows how an
/// object is read from JSON and written as JSON.
/// </summary>
public abstract partial class GraphModel : IGraphModel
{
    /// <summary>No Graph property has a name as long as this; a longer name is looked at no further.</summary>
    private const int LongestName = 128;

    /// <summary>Whether something was read that left no trace: a null, or what the class has no place for.</summary>
    private bool hasLostProperties;

    /// <summary>
    /// Whether the object says nothing at all, as <c>@{}</c> does. An object whose properties were all unknown or
    /// null is not empty: the service must see it, and refuse it.
    /// </summary>
    internal bool IsEmpty
    {
        get
        {
            ReadUnread();
            return !hasLostProperties && GraphJson.WriteUtf8(this).Length == 2;
        }
    }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ReadUnread();
        writer.WriteStartObject();
        WriteProperties(writer);
        writer.WriteEndObject();
    }

    /// <summary>The object as Graph's JSON: properties that are null are left out, empty lists are <c>[]</c>.</summary>
    public string ToJsonString() => Encoding.UTF8.GetString(GraphJson.WriteUtf8(this));

    /// <summary>Reads the object the reader stands on the start of, up to its end.</summary>
    internal void ReadProperties(ref Utf8JsonReader json)
    {
        Span<char> buffer = stackalloc char[LongestName];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<char> name = buffer[..LowerCaseName(ref json, buffer)];
            if (name.SequenceEqual("additionalproperties"))
            {
                // An object that was written to a file and read back carries its own bag as one property.
                json.Read();
                ReadBag(ref json);
                continue;
            }

            ReadOnlySpan<byte> wireName = json.ValueSpan;
            bool escaped = json.ValueIsEscaped;
            json.Read();
            hasLostProperties |= json.TokenType == JsonTokenType.Null;
            if (!ReadProperty(name, ref json) && !KeepUnknown(wireName, escaped, ref json))
            {
                json.Skip();
                hasLostProperties = true;
            }
        }
    }

    /// <summary>Reads the value of a property the class has. The name is in lower case.</summary>
    /// <returns>False, with the reader unmoved, if the class has no such property.</returns>
    private protected abstract bool ReadProperty(scoped ReadOnlySpan<char> name, ref Utf8JsonReader json);

    /// <summary>Writes the properties that have a value.</summary>
    private protected abstract void WriteProperties(Utf8JsonWriter writer);

    /// <summary>Keeps a property the class does not have, if it is open to such.</summary>
    private protected virtual bool KeepUnknown(ReadOnlySpan<byte> wireName, bool escaped, ref Utf8JsonReader json) => false;

    /// <summary>Makes the object out of bare text such as a product id, if the class has a meaning for that.</summary>
    internal virtual bool ReadText(string text) => false;

    private void ReadBag(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.StartObject)
        {
            ReadProperties(ref json);
        }
        else
        {
            json.Skip();
        }
    }

    /// <summary>Puts the name the reader stands on into the buffer in lower case; nothing of a name that is too long.</summary>
    private static int LowerCaseName(ref Utf8JsonReader json, scoped Span<char> buffer)
    {
        ReadOnlySpan<byte> name = json.ValueSpan;
        if (name.Length > buffer.Length)
        {
            return 0;
        }

        if (!json.ValueIsEscaped && Ascii.ToLower(name, buffer, out int length) == OperationStatus.Done)
        {
            return length;
        }

        length = json.CopyString(buffer);
        Ascii.ToLowerInPlace(buffer[..length], out _);
        return length;
    }
}

/// <summary>The base of the model classes that keep whatever else the service sends.</summary>
public abstract class OpenGraphModel : GraphModel
{
    private Dictionary<string, object?>? additionalProperties;

    /// <summary>
    /// What the class has no property for, such as <c>@odata.type</c>, under the names of the wire. Upper and
    /// lower case count.
    /// </summary>
    public Dictionary<string, object?> AdditionalProperties
    {
        get
        {
            ReadUnread();
            return additionalProperties ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        }

        set
        {
            ReadUnread();
            additionalProperties = value;
        }
    }

    private protected override bool KeepUnknown(ReadOnlySpan<byte> wireName, bool escaped, ref Utf8JsonReader json)
    {
        AdditionalProperties[escaped ? GraphJson.Unescape(wireName) : StringPool.Get(wireName)] = GraphJson.ReadAny(ref json);
        return true;
    }

    /// <summary>Writes the additional properties, after the properties of the class.</summary>
    private protected void WriteAdditionalProperties(Utf8JsonWriter writer)
    {
        if (additionalProperties is null)
        {
            return;
        }

        foreach ((string name, object? value) in additionalProperties)
        {
            writer.WritePropertyName(name);
            JsonValue.Write(writer, value);
        }
    }
}
