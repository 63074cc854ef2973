using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json;

namespace MgLicense.PowerShell.Licensing;

/// <summary>A request body for licences as a caller gives it: a hashtable in any key case, or an object of the SDK.</summary>
internal sealed class LicenseBody
{
    /// <summary>The name of the list of products to give, as objects have it.</summary>
    internal const string AddLicenses = "AddLicenses";

    private const string RemoveLicenses = "RemoveLicenses";

    /// <summary>Products to give; null where the body has no such key.</summary>
    internal object? Add { get; private set; }

    /// <summary>Products to take away; null where the body has no such key.</summary>
    internal object? Remove { get; private set; }

    /// <summary>Everything else in the body.</summary>
    internal List<(string Name, object Value)> Others { get; } = [];

    internal static LicenseBody Read(object? body) =>
        body is OpenGraphModel model && PSObject.AsPSObject(model).Properties[AddLicenses] is { } add ? FromModel(model, add) : FromJson(body);

    private static LicenseBody FromModel(OpenGraphModel model, PSPropertyInfo add)
    {
        var read = new LicenseBody { Add = add.Value, Remove = PSObject.AsPSObject(model).Properties[RemoveLicenses]?.Value };
        foreach (var (name, value) in model.AdditionalProperties)
        {
            if (value is not null)
            {
                read.Others.Add((name, value));
            }
        }

        return read;
    }

    private static LicenseBody FromJson(object? body)
    {
        using var scratch = Payload.Scratch();
        JsonValue.Write(scratch.Writer, body);
        var reader = new Utf8JsonReader(scratch.Written());
        var root = JsonElement.ParseValue(ref reader);
        var read = new LicenseBody();
        if (root.ValueKind != JsonValueKind.Object)
        {
            return read;
        }

        foreach (var property in root.EnumerateObject())
        {
            if (string.Equals(property.Name, AddLicenses, StringComparison.OrdinalIgnoreCase))
            {
                read.Add = property.Value;
            }
            else if (string.Equals(property.Name, RemoveLicenses, StringComparison.OrdinalIgnoreCase))
            {
                read.Remove = property.Value;
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                read.Others.Add((property.Name, property.Value));
            }
        }

        return read;
    }
}
