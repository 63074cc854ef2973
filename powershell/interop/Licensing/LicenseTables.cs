using System;
using System.Collections;
using System.Management.Automation;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// Turns hashtables into licences before PowerShell does. PowerShell looks the converter of the type up by its name on
/// every call, which takes longer than all the rest of binding. What this does not know it leaves as it came.
/// </summary>
public sealed class LicenseTablesAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        switch (inputData is PSObject wrapped ? wrapped.BaseObject : inputData)
        {
            case IDictionary table:
                return Read(table) is { } license ? new[] { license } : inputData;
            case object[] items:
                return ReadAll(items) ?? inputData;
            default:
                return inputData;
        }
    }

    private static IMicrosoftGraphAssignedLicense[]? ReadAll(object[] items)
    {
        var licenses = new IMicrosoftGraphAssignedLicense[items.Length];
        for (var index = 0; index < items.Length; index++)
        {
            if ((items[index] is PSObject wrapped ? wrapped.BaseObject : items[index]) is not IDictionary table || Read(table) is not { } license)
            {
                return null;
            }

            licenses[index] = license;
        }

        return licenses;
    }

    /// <summary>The licence of a table that holds an id or a name, and plans at most; null for any other.</summary>
    private static IMicrosoftGraphAssignedLicense? Read(IDictionary table)
    {
        var license = new MicrosoftGraphAssignedLicense();
        foreach (DictionaryEntry entry in table)
        {
            var value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            if (IsKey(entry.Key, nameof(license.SkuId)) && license.SkuId is null && Text(value) is { } sku)
            {
                license.SkuId = sku;
            }
            else if (IsKey(entry.Key, nameof(license.DisabledPlans)) && license.DisabledPlans is null && Texts(value) is { } plans)
            {
                license.DisabledPlans = plans;
            }
            else
            {
                return null;
            }
        }

        return license.SkuId is null ? null : license;
    }

    private static bool IsKey(object key, string name) => key is string text && text.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string? Text(object? value) => value switch
    {
        string text => text,
        Guid id => id.ToString(),
        _ => null,
    };

    private static string[]? Texts(object? value)
    {
        if (value is not object[] items)
        {
            return null;
        }

        var texts = new string[items.Length];
        for (var index = 0; index < items.Length; index++)
        {
            if (Text(items[index] is PSObject wrapped ? wrapped.BaseObject : items[index]) is not { } text)
            {
                return null;
            }

            texts[index] = text;
        }

        return texts;
    }
}
