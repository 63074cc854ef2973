using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// One row of bulk input: whom it is about and what is wished for them. A column of the row comes before the parameter
/// of the same meaning; a blank cell counts as not given.
/// </summary>
internal sealed class LicenseRow
{
    /// <summary>The number of the row in its pipeline, from 1.</summary>
    internal required int Number { get; init; }

    /// <summary>The row as it came.</summary>
    internal required object Source { get; init; }

    /// <summary>Object id or user principal name; null where the row names nobody.</summary>
    internal required string? UserId { get; init; }

    /// <summary>The user principal name, where the row holds one.</summary>
    internal string? UserPrincipalName { get; private init; }

    internal object? AddLicenses { get; private init; }

    internal object? RemoveLicenses { get; private init; }

    internal object? DisabledPlans { get; private init; }

    internal string? UsageLocation { get; private init; }

    /// <summary>What a person knows the row by.</summary>
    internal string Name => UserPrincipalName ?? UserId ?? $"row {Number}";

    /// <summary>Reads a row, with the command's parameters for what it doesn't say.</summary>
    internal static LicenseRow Read(
        UsersActionsIdentity identity, int number, object? add, object? remove, object? disabledPlans, string? usageLocation)
    {
        var source = identity.Row!;
        var columns = RowColumns.Of(source);
        return new LicenseRow
        {
            Number = number,
            Source = source,
            UserId = identity.UserId,
            UserPrincipalName = columns.PrincipalName(identity.UserId),
            AddLicenses = columns.Wishes("AddLicenses") ?? add,
            RemoveLicenses = columns.Wishes("RemoveLicenses") ?? remove,
            DisabledPlans = columns.Wishes("DisabledPlans") ?? disabledPlans,
            UsageLocation = columns.Wish("UsageLocation") ?? usageLocation,
        };
    }

    /// <summary>Writes what the native library needs to know of the row.</summary>
    internal void Fill(Payload payload)
    {
        payload.Add("userId", UserId).Add("usageLocation", UsageLocation);
        LicenseArguments.AddLists(payload, AddLicenses, RemoveLicenses);
        LicenseArguments.AddTexts(payload, "disabledPlans", DisabledPlans);
    }

    /// <summary>The change in words, as -WhatIf and -Confirm show it.</summary>
    internal string Describe()
    {
        var parts = new List<string>();
        if (UsageLocation is not null)
        {
            parts.Add($"usage location {UsageLocation.ToUpperInvariant()}");
        }

        Mention(parts, "add", AddLicenses);
        Mention(parts, "remove", RemoveLicenses);
        return parts.Count == 0 ? "Set licences: no change" : $"Set licences: {string.Join("; ", parts)}";
    }

    /// <summary>What the native library says became of the row.</summary>
    internal AssignmentResult Result(ReadOnlySpan<byte> json)
    {
        var result = ResultReaders.Assignment.Read(json);
        result.Row = Number;
        result.UserId ??= UserId;
        result.UserPrincipalName ??= UserPrincipalName;
        return result;
    }

    /// <summary>The result of a row that failed.</summary>
    internal AssignmentResult Failure(GraphFailure failure) => new()
    {
        Row = Number,
        UserId = UserId,
        UserPrincipalName = UserPrincipalName,
        Status = "Failed",
        Error = failure.Message,
        ErrorId = failure.Code,
        RequestId = failure.RequestId,
    };

    /// <summary>The test of a row that names no user.</summary>
    internal LicenseTest NobodyNamed() => new()
    {
        WillSucceed = false,
        Reasons =
        [
            new LicenseTestReason
            {
                Code = GraphFailure.NobodyNamed.Code,
                Certainty = "Certain",
                Message = $"Row {Number}: {GraphFailure.NobodyNamed.Message}",
                Action = "Give the row a column UserId, Id or UserPrincipalName.",
            },
        ],
    };

    private static void Mention(List<string> parts, string verb, object? licenses)
    {
        var names = licenses switch
        {
            null => [],
            string text => [text],
            JsonElement { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(item => LicenseName(item)).ToList(),
            IDictionary one => [LicenseName(one)],
            IEnumerable list => list.Cast<object?>().Select(LicenseName).Where(name => name.Length > 0).ToList(),
            _ => new List<string> { LicenseName(licenses) },
        };
        if (names.Count > 0)
        {
            parts.Add($"{verb} {string.Join(", ", names)}");
        }
    }

    private static string LicenseName(object? license)
    {
        switch (license is PSObject wrapped ? wrapped.BaseObject : license)
        {
            case null:
                return "";
            case string text:
                return text;
            case JsonElement { ValueKind: JsonValueKind.Object } element:
                return element.EnumerateObject().FirstOrDefault(property => IsSkuId(property.Name)).Value.ToString();
            case JsonElement element:
                return element.ToString();
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    if (IsSkuId(JsonValue.Text(entry.Key)))
                    {
                        return JsonValue.Text(entry.Value);
                    }
                }

                return "";
            default:
                return JsonValue.Text(PSObject.AsPSObject(license).Properties["SkuId"]?.Value ?? "");
        }
    }

    private static bool IsSkuId(string name) => string.Equals(name, "skuId", StringComparison.OrdinalIgnoreCase);
}
