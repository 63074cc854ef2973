using System;
using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// Writes what callers give as licences: model objects, hashtables in any key case, objects with the same properties,
/// ids, part numbers. An empty hashtable counts as nothing; one without a known key is for the service to refuse.
/// </summary>
internal static class LicenseArguments
{
    /// <summary>Writes both lists; one that wasn't given is left out, and the library sends it empty.</summary>
    internal static void AddLists(Payload payload, object? add, object? remove)
    {
        if (add is not null)
        {
            payload.Writer.WriteStartArray("addLicenses");
            foreach (var license in Each(add))
            {
                WriteLicense(payload.Writer, license);
            }

            payload.Writer.WriteEndArray();
        }

        AddTexts(payload, "removeLicenses", remove);
    }

    /// <summary>Writes what is wished for every row of a pipeline, without the object around it.</summary>
    internal static void AddWish(Payload payload, object? add, object? remove, object? disabledPlans, string? usageLocation)
    {
        AddLists(payload, add, remove);
        AddTexts(payload, "disabledPlans", disabledPlans);
        payload.Add("usageLocation", usageLocation);
    }

    /// <summary>Writes a list of ids or names, or the one that came without a list around it.</summary>
    internal static void AddTexts(Payload payload, string name, object? values)
    {
        if (values is not null)
        {
            payload.AddTexts(name, Each(values));
        }
    }

    /// <summary>Writes a whole body: its two lists under their names, everything else as additional properties.</summary>
    internal static void AddBody(Payload payload, LicenseBody body)
    {
        AddLists(payload, body.Add, body.Remove);
        if (body.Others.Count == 0)
        {
            return;
        }

        payload.Writer.WriteStartObject("additionalProperties");
        foreach (var (name, value) in body.Others)
        {
            payload.AddValue(name, value);
        }

        payload.Writer.WriteEndObject();
    }

    /// <summary>The items of a list, or the one item that came without a list around it.</summary>
    private static IEnumerable Each(object value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        JsonElement { ValueKind: JsonValueKind.Null } => Array.Empty<object>(),
        string or IDictionary => new[] { value },
        IEnumerable list => list,
        _ => new[] { value },
    };

    private static void WriteLicense(Utf8JsonWriter writer, object? value)
    {
        var license = value is PSObject wrapped ? wrapped.BaseObject : value;
        object? sku = null;
        object? plans = null;
        switch (license)
        {
            case null:
                return;
            case string or Guid:
                sku = license;
                break;
            case JsonElement { ValueKind: JsonValueKind.String } text:
                sku = text.GetString();
                break;
            case IDictionary { Count: 0 }:
                return;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    Take(JsonValue.Text(entry.Key), entry.Value, ref sku, ref plans);
                }

                break;
            case JsonElement { ValueKind: JsonValueKind.Object } element:
                if (!element.EnumerateObject().MoveNext())
                {
                    return;
                }

                foreach (var property in element.EnumerateObject())
                {
                    Take(property.Name, property.Value, ref sku, ref plans);
                }

                break;
            case IMicrosoftGraphAssignedLicense { SkuId: { } id } model:
                sku = id;
                plans = model.DisabledPlans;
                break;
            case GraphModel { IsEmpty: true }:
                return;
            case IMicrosoftGraphAssignedLicense model:
                sku = model.SkuId;
                plans = model.DisabledPlans;
                break;
            default:
                foreach (var property in PSObject.AsPSObject(value).Properties)
                {
                    if (property.IsGettable)
                    {
                        Take(property.Name, property.Value, ref sku, ref plans);
                    }
                }

                break;
        }

        writer.WriteStartObject();
        if (sku is not null)
        {
            writer.WriteString("skuId", Text(sku));
        }
        else if (plans is null)
        {
            // It names no product, by a misspelt key or a look-up that found nothing. Written like this it is not taken
            // for empty, and the service refuses it.
            writer.WriteNull("skuId");
        }

        if (plans is not null)
        {
            writer.WriteStartArray("disabledPlans");
            foreach (var plan in Each(plans))
            {
                writer.WriteStringValue(Text(plan));
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Take(string name, object? value, ref object? sku, ref object? plans)
    {
        if (value is null or JsonElement { ValueKind: JsonValueKind.Null })
        {
            return;
        }

        if (string.Equals(name, "skuId", StringComparison.OrdinalIgnoreCase))
        {
            sku = value;
        }
        else if (string.Equals(name, "disabledPlans", StringComparison.OrdinalIgnoreCase))
        {
            plans = value is PSObject wrapped ? wrapped.BaseObject : value;
        }
    }

    private static string Text(object? value) => value is JsonElement element ? element.ToString() : JsonValue.Text(value);
}
