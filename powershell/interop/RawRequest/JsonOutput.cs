using System;
using System.Collections;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Text.Json;

namespace MgLicense.PowerShell.RawRequest;

/// <summary>Turns JSON into the values that a raw request's answer is given as.</summary>
internal static class JsonOutput
{
    /// <summary>Hashtables whose keys are found in any case, arrays, texts, numbers, times.</summary>
    internal static object? ToHashtable(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Table(element),
        JsonValueKind.Array => element.EnumerateArray().Select(ToHashtable).ToArray(),
        _ => Scalar(element),
    };

    /// <summary>Custom objects, arrays, texts, numbers, times.</summary>
    internal static object? ToPSObject(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Custom(element),
        JsonValueKind.Array => element.EnumerateArray().Select(ToPSObject).ToArray(),
        _ => Scalar(element),
    };

    private static Hashtable Table(JsonElement element)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            // Of keys that differ in case only, the last one wins.
            table[property.Name] = ToHashtable(property.Value);
        }

        return table;
    }

    private static PSObject Custom(JsonElement element)
    {
        var custom = new PSObject();
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Length > 0)
            {
                custom.Properties.Remove(property.Name);
                custom.Properties.Add(new PSNoteProperty(property.Name, ToPSObject(property.Value)));
            }
        }

        return custom;
    }

    private static object? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => TextOrTime(element.GetString()!),
        JsonValueKind.Number => Number(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt64(out var integer))
        {
            return integer;
        }

        return element.TryGetDecimal(out var exact) && element.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0 ? exact : element.GetDouble();
    }

    /// <summary>A text in the form <c>2026-11-25T09:00:00Z</c> is a time, as in ConvertFrom-Json.</summary>
    private static object TextOrTime(string text) =>
        text.Length is >= 19 and <= 40
        && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':'
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time
            : text;
}
