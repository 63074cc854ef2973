using System;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>Writes PowerShell values as the JSON that Graph expects, without a reflection serializer.</summary>
internal static class JsonValue
{
    /// <summary>Deeper than any Graph body; reached only by an object that holds itself.</summary>
    private const int MaxDepth = 64;

    /// <summary>Writes any value: models by their properties, GUIDs as text, times as UTC, lists, dictionaries, objects.</summary>
    /// <param name="writer">Where the value goes.</param>
    /// <param name="value">The value.</param>
    /// <param name="skipNulls">Whether keys of dictionaries and properties of objects that are null are left out.</param>
    internal static void Write(Utf8JsonWriter writer, object? value, bool skipNulls = false)
    {
        var custom = value as PSObject;
        if (custom is not null)
        {
            value = custom.BaseObject;
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case SwitchParameter flag:
                writer.WriteBooleanValue(flag.IsPresent);
                break;
            case IGraphModel model:
                model.WriteTo(writer);
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case DateTime time:
                writer.WriteStringValue(Timestamp(time));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(Timestamp(time.UtcDateTime));
                break;
            case Enum or char or TimeSpan or Uri or Version:
                writer.WriteStringValue(value.ToString());
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case JsonElement element:
                element.WriteTo(writer);
                break;
            case IDictionary dictionary:
                WriteDictionary(writer, dictionary, skipNulls);
                break;
            case IEnumerable list:
                WriteList(writer, list, skipNulls);
                break;
            default:
                if (!TryWriteNumber(writer, value))
                {
                    WriteProperties(writer, custom ?? PSObject.AsPSObject(value), skipNulls);
                }

                break;
        }
    }

    /// <summary>The wire form of a time: UTC, with as many fraction digits as it has.</summary>
    internal static string Timestamp(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The text of a value used as a header, a key or an id.</summary>
    internal static string Text(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => "",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString() ?? "",
    };

    private static bool TryWriteNumber(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case int number:
                writer.WriteNumberValue(number);
                return true;
            case long number:
                writer.WriteNumberValue(number);
                return true;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                return true;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                return true;
            case double or float:
                writer.WriteStringValue(Text(value));
                return true;
            case decimal number:
                writer.WriteNumberValue(number);
                return true;
            case byte or sbyte or short or ushort or uint:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                return true;
            case ulong number:
                writer.WriteNumberValue(number);
                return true;
            case System.Numerics.BigInteger number:
                writer.WriteRawValue(number.ToString(CultureInfo.InvariantCulture));
                return true;
            default:
                return false;
        }
    }

    private static void WriteDictionary(Utf8JsonWriter writer, IDictionary dictionary, bool skipNulls)
    {
        CheckDepth(writer);
        writer.WriteStartObject();
        foreach (DictionaryEntry entry in dictionary)
        {
            if (entry.Value is null && skipNulls)
            {
                continue;
            }

            writer.WritePropertyName(Text(entry.Key));
            Write(writer, entry.Value, skipNulls);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, IEnumerable list, bool skipNulls)
    {
        CheckDepth(writer);
        writer.WriteStartArray();
        foreach (var item in list)
        {
            Write(writer, item, skipNulls);
        }

        writer.WriteEndArray();
    }

    private static void WriteProperties(Utf8JsonWriter writer, PSObject custom, bool skipNulls)
    {
        CheckDepth(writer);
        writer.WriteStartObject();
        foreach (var property in custom.Properties)
        {
            if (!property.IsGettable || property.MemberType is not (PSMemberTypes.NoteProperty or PSMemberTypes.Property))
            {
                continue;
            }

            var value = property.Value;
            if (value is not null || !skipNulls)
            {
                writer.WritePropertyName(property.Name);
                Write(writer, value, skipNulls);
            }
        }

        writer.WriteEndObject();
    }

    private static void CheckDepth(Utf8JsonWriter writer)
    {
        if (writer.CurrentDepth >= MaxDepth)
        {
            throw new PSArgumentException($"The body is nested deeper than {MaxDepth} levels, or an object in it holds itself.");
        }
    }
}
