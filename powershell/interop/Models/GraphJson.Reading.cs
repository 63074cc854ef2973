using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>
/// Graph's JSON and .NET values. Reading is lenient in the way the SDK's conversions are: text and numbers stand for
/// each other, one value stands for a list of one, and what can't be converted is dropped.
/// </summary>
/// <remarks>Every reading method starts on the first token of a value and ends on its last.</remarks>
internal static partial class GraphJson
{
    /// <summary>Reads text; numbers and truth values become text, a list of one stands for its element.</summary>
    public static string? ReadString(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String ? json.GetString() : ReadOddString(ref json);

    /// <summary>Reads text that repeats from object to object, sharing the string.</summary>
    public static string? ReadWord(ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
            ? json.ValueIsEscaped ? json.GetString() : StringPool.Get(json.ValueSpan)
            : ReadOddString(ref json);

    /// <summary>Reads a truth value.</summary>
    public static bool? ReadBoolean(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Number:
                return json.TryGetDouble(out double number) ? number != 0 : null;
            default:
                return bool.TryParse(ReadString(ref json), out bool value) ? value : null;
        }
    }

    /// <summary>Reads a whole number of 32 bits.</summary>
    public static int? ReadInt32(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int number))
        {
            return number;
        }

        return int.TryParse(ReadString(ref json), NumberStyles.Integer, CultureInfo.InvariantCulture, out number) ? number : null;
    }

    /// <summary>Reads a time as UTC; a time without offset is taken as UTC.</summary>
    public static DateTime? ReadDateTime(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String && json.TryGetDateTime(out DateTime time))
        {
            return time.Kind switch
            {
                DateTimeKind.Local => time.ToUniversalTime(),
                DateTimeKind.Unspecified => DateTime.SpecifyKind(time, DateTimeKind.Utc),
                _ => time,
            };
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTime.TryParse(ReadString(ref json), CultureInfo.InvariantCulture, Utc, out time) ? time : null;
    }

    /// <summary>Reads a list of texts; one text stands for a list of one.</summary>
    public static string[]? ReadStrings(ref Utf8JsonReader json) => ReadTexts(ref json, static (ref Utf8JsonReader item) => ReadString(ref item));

    /// <summary>Reads a list of texts that repeat from object to object.</summary>
    public static string[]? ReadWords(ref Utf8JsonReader json) => ReadTexts(ref json, static (ref Utf8JsonReader item) => ReadWord(ref item));

    /// <summary>Reads an object of a model class.</summary>
    public static TModel? ReadModel<TModel>(ref Utf8JsonReader json)
        where TModel : GraphModel, new()
    {
        if (json.TokenType == JsonTokenType.StartObject)
        {
            TModel model = new();
            model.ReadProperties(ref json);
            return model;
        }

        if (json.TokenType == JsonTokenType.String)
        {
            TModel model = new();
            return model.ReadText(json.GetString()!) ? model : null;
        }

        json.Skip();
        return null;
    }

    /// <summary>Reads a list of objects of a model class; one object stands for a list of one.</summary>
    public static TInterface[]? ReadModels<TModel, TInterface>(ref Utf8JsonReader json)
        where TModel : GraphModel, TInterface, new()
        where TInterface : class
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            return ReadModel<TModel>(ref json) is { } only ? [only] : null;
        }

        List<TInterface> models = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (ReadModel<TModel>(ref json) is { } model)
            {
                models.Add(model);
            }
        }

        return models.Count == 0 ? [] : models.ToArray();
    }

    /// <summary>Reads an object as a table with keys in any case.</summary>
    public static Hashtable? ReadHashtable(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        Hashtable table = new(StringComparer.OrdinalIgnoreCase);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = ReadWord(ref json)!;
            json.Read();
            table[name] = ReadAny(ref json);
        }

        return table;
    }

    /// <summary>
    /// Reads whatever is there: objects as dictionaries whose keys mind upper and lower case, lists as arrays,
    /// numbers as the narrowest of int, long, double and decimal that holds them.
    /// </summary>
    public static object? ReadAny(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return ReadWord(ref json);
            case JsonTokenType.Number:
                return ReadNumber(ref json);
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.StartArray:
                List<object?> items = [];
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadAny(ref json));
                }

                return items.ToArray();
            case JsonTokenType.StartObject:
                Dictionary<string, object?> properties = new(StringComparer.Ordinal);
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    string name = ReadWord(ref json)!;
                    json.Read();
                    properties[name] = ReadAny(ref json);
                }

                return properties;
            default:
                return null;
        }
    }

    /// <summary>The text of a name or value that holds JSON escapes, given without its quotes.</summary>
    public static string Unescape(ReadOnlySpan<byte> escaped)
    {
        byte[] quoted = [(byte)'"', .. escaped, (byte)'"'];
        Utf8JsonReader json = new(quoted);
        json.Read();
        return json.GetString()!;
    }

    private static object? ReadNumber(ref Utf8JsonReader json)
    {
        if (json.TryGetInt32(out int small))
        {
            return small;
        }

        if (json.TryGetInt64(out long large))
        {
            return large;
        }

        // A whole number beyond 64 bits, or one with a fraction: a double, unless only a decimal keeps its digits.
        if (json.TryGetDouble(out double real))
        {
            return json.TryGetDecimal(out decimal exact) && (decimal)real != exact ? exact : real;
        }

        return null;
    }

    private delegate string? ReadText(ref Utf8JsonReader json);

    private static string[]? ReadTexts(ref Utf8JsonReader json, ReadText read)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            return read(ref json) is { } only ? [only] : null;
        }

        List<string>? texts = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (read(ref json) is { } text)
            {
                (texts ??= []).Add(text);
            }
        }

        return texts is null ? [] : texts.ToArray();
    }

    private static string? ReadOddString(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Number:
                return Encoding.UTF8.GetString(json.ValueSpan);
            case JsonTokenType.True:
                return bool.TrueString;
            case JsonTokenType.False:
                return bool.FalseString;
            case JsonTokenType.StartArray:
                string[]? texts = ReadTexts(ref json, static (ref Utf8JsonReader item) => ReadString(ref item));
                return texts is [string only] ? only : null;
            default:
                json.Skip();
                return null;
        }
    }
}
