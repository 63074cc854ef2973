using System;
using System.Collections.Generic;
using System.Text.Json;

namespace MgLicense.PowerShell.Licensing;

/// <summary>A request body for licences as a caller gives it: a hashtable in any key case, or an object of the SDK.</summary>
internal sealed class LicenseBody
{
    /// <summary>Products to give, as JSON; null where the body has no such key.</summary>
    internal object? Add { get; private set; }

    /// <summary>Products to take away, as JSON; null where the body has no such key.</summary>
    internal object? Remove { get; private set; }

    /// <summary>Everything else in the body.</summary>
    internal List<(string Name, JsonElement Value)> Others { get; } = [];

    internal static LicenseBody Read(object? body)
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
            if (string.Equals(property.Name, "addLicenses", StringComparison.OrdinalIgnoreCase))
            {
                read.Add = property.Value;
            }
            else if (string.Equals(property.Name, "removeLicenses", StringComparison.OrdinalIgnoreCase))
            {
                read.Remove = property.Value;
            }
            else
            {
                read.Others.Add((property.Name, property.Value));
            }
        }

        return read;
    }
}
