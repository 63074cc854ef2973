using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>Headers of an answer: pairs in the order they came.</summary>
internal static class HeaderPairs
{
    internal static IReadOnlyList<KeyValuePair<string, string>> Parse(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? Parse(list) : [];

    internal static IReadOnlyList<KeyValuePair<string, string>> Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return Parse(document.RootElement);
    }

    /// <summary>The form that -ResponseHeadersVariable gives: name, in any case, to the list of its values.</summary>
    internal static Dictionary<string, IEnumerable<string>> ToDictionary(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var byName = new Dictionary<string, IEnumerable<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in headers.GroupBy(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase))
        {
            byName[group.Key] = group.ToArray();
        }

        return byName;
    }

    private static List<KeyValuePair<string, string>> Parse(JsonElement list)
    {
        var pairs = new List<KeyValuePair<string, string>>(list.GetArrayLength());
        foreach (var pair in list.EnumerateArray())
        {
            pairs.Add(new KeyValuePair<string, string>(pair[0].GetString() ?? "", pair[1].GetString() ?? ""));
        }

        return pairs;
    }
}
