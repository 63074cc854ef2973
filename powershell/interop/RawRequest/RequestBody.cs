using System;
using System.Collections;
using System.Management.Automation;
using System.Text;

namespace MgLicense.PowerShell.RawRequest;

/// <summary>What -Body of a raw request becomes.</summary>
internal static class RequestBody
{
    /// <summary>Adds the body: bytes and text as they are, everything else as JSON.</summary>
    internal static void Add(Payload payload, object? body)
    {
        switch (body is PSObject wrapped ? wrapped.BaseObject : body)
        {
            case null:
                break;
            case byte[] bytes:
                Add(payload, bytes);
                break;
            case string text:
                payload.Add("body", text);
                break;
            default:
                payload.Add("body", ToJson(body));
                break;
        }
    }

    internal static void Add(Payload payload, byte[] bytes) =>
        payload.Add("body", Convert.ToBase64String(bytes)).Add("bodyEncoding", "base64");

    /// <summary>A dictionary as a query string, appended to what the address has already.</summary>
    internal static string AppendQuery(string uri, IDictionary query)
    {
        var text = new StringBuilder(uri);
        var separator = uri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (DictionaryEntry entry in query)
        {
            text.Append(separator).Append(Uri.EscapeDataString(JsonValue.Text(entry.Key)).Replace("%24", "$", StringComparison.Ordinal));
            text.Append('=').Append(Uri.EscapeDataString(JsonValue.Text(entry.Value)));
            separator = '&';
        }

        return text.ToString();
    }

    private static string ToJson(object? value)
    {
        using var scratch = Payload.Scratch();
        JsonValue.Write(scratch.Writer, value);
        return Encoding.UTF8.GetString(scratch.Written());
    }
}
