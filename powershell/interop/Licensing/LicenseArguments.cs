using System;
using System.Collections;
using System.Management.Automation;
using System.Text.Json;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// Writes what callers give as licences: model objects, hashtables in any key case, objects with the same properties,
/// ids, part numbers. An empty hashtable counts as nothing.
/// </summary>
internal static class LicenseArguments
{
    /// <summary>Writes both lists; one that wasn't given is left out, and the library sends it empty.</summary>
    internal static void AddLists(Payload payload, object? add, object? remove, object? disabledPlans = null)
    {
        if (add is not null)
        {
            payload.Writer.WriteStartArray("addLicenses");
            foreach (var license in Each(add))
            {
                WriteLicense(payload.Writer, license, disabledPlans);
            }

            payload.Writer.WriteEndArray();
        }

        if (remove is not null)
        {
            payload.AddTexts("removeLicenses", Each(remove));
        }
    }

    /// <summary>Writes a whole body: its two lists under their names, everything else as additional properties.</summary>
    internal static void AddBody(Payload payload, object? body)
    {
        using var scratch = Payload.Scratch();
        JsonValue.Write(scratch.Writer, body);
        var reader = new Utf8JsonReader(scratch.Written());
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        using var additional = Payload.Begin();
        var others = 0;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (Named(property, "addLicenses"))
            {
                AddLists(payload, Elements(property.Value), remove: null);
            }
            else if (Named(property, "removeLicenses"))
            {
                AddLists(payload, add: null, Elements(property.Value));
            }
            else
            {
                others++;
                additional.AddValue(property.Name, property.Value);
            }
        }

        if (others > 0)
        {
            payload.Writer.WritePropertyName("additionalProperties");
            payload.Writer.WriteRawValue(additional.End(), skipInputValidation: true);
        }
    }

    /// <summary>The items of a list, or the one item that came without a list around it.</summary>
    private static IEnumerable Each(object value) => value switch
    {
        string or IDictionary => new[] { value },
        IEnumerable list => list,
        _ => new[] { value },
    };

    /// <summary>The items of a JSON list; null is none, a scalar is one.</summary>
    private static IEnumerable Elements(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => Array.Empty<object>(),
        JsonValueKind.Array => value.EnumerateArray(),
        _ => new object[] { value },
    };

    private static void WriteLicense(Utf8JsonWriter writer, object? value, object? disabledPlans)
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
                foreach (var property in element.EnumerateObject())
                {
                    Take(property.Name, property.Value, ref sku, ref plans);
                }

                break;
            case IGraphModel model when disabledPlans is null:
                WriteModel(writer, model);
                return;
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

        if (sku is null && plans is null)
        {
            return;
        }

        writer.WriteStartObject();
        if (sku is not null)
        {
            writer.WriteString("skuId", Text(sku));
        }

        if ((plans ?? disabledPlans) is { } off)
        {
            writer.WriteStartArray("disabledPlans");
            foreach (var plan in off is JsonElement element ? Elements(element) : Each(off))
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

    /// <summary>Writes a model object, unless it is as empty as the hashtable it was made from.</summary>
    private static void WriteModel(Utf8JsonWriter writer, IGraphModel model)
    {
        using var scratch = Payload.Scratch();
        model.WriteTo(scratch.Writer);
        var json = scratch.Written();
        if (!json.SequenceEqual("{}"u8))
        {
            writer.WriteRawValue(json, skipInputValidation: true);
        }
    }

    private static string Text(object? value) => value is JsonElement element ? element.ToString() : JsonValue.Text(value);

    private static bool Named(JsonProperty property, string name) => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase);
}
