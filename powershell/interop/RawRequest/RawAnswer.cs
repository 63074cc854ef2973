using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json;

namespace MgLicense.PowerShell.RawRequest;

/// <summary>The answer to a raw request.</summary>
internal sealed class RawAnswer
{
    private const string Protocol = "HTTP/2.0";

    private readonly string method;
    private readonly string uri;
    private readonly string reason;

    private RawAnswer(JsonElement root)
    {
        Status = root.GetProperty("status").GetInt32();
        reason = root.GetProperty("reason").GetString() ?? "";
        method = root.TryGetProperty("method", out var verb) ? verb.GetString() ?? "" : "";
        uri = root.TryGetProperty("uri", out var address) ? address.GetString() ?? "" : "";
        Headers = HeaderPairs.Parse(root, "headers");
        var body = root.GetProperty("body");
        Body = root.GetProperty("bodyEncoding").ValueEquals("base64")
            ? body.GetBytesFromBase64()
            : Encoding.UTF8.GetBytes(body.GetString() ?? "");
    }

    internal int Status { get; }

    internal bool IsSuccess => Status is >= 200 and < 300;

    internal IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    internal byte[] Body { get; }

    internal string Text => Encoding.UTF8.GetString(Body);

    internal string? ContentType => Header("Content-Type");

    internal static RawAnswer Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawAnswer(document.RootElement);
    }

    internal string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The answer as .NET has it; the caller owns it.</summary>
    internal HttpResponseMessage ToMessage()
    {
        var message = new HttpResponseMessage((HttpStatusCode)Status)
        {
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent(Body),
            RequestMessage = new HttpRequestMessage(new HttpMethod(method), uri),
        };
        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>Request line, status line, headers and body, as an error of a raw request shows them.</summary>
    internal string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{method} {uri}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Protocol} {Status} {Words(reason)}");
        foreach (var (name, values) in HeaderPairs.ToDictionary(Headers))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name}: {string.Join(", ", values)}");
        }

        return text.AppendLine().Append(Text).ToString();
    }

    /// <summary>The status as a sentence: <c>Forbidden (Forbidden)</c>, <c>BadRequest (Bad Request)</c>.</summary>
    internal string Refusal => $"Response status code does not indicate success: {reason} ({Words(reason)}).";

    /// <summary>A status's name as words: <c>BadRequest</c> is <c>Bad Request</c>.</summary>
    private static string Words(string name)
    {
        var words = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (words.Length > 0 && char.IsUpper(letter) && char.IsLower(words[^1]))
            {
                words.Append(' ');
            }

            words.Append(letter);
        }

        return words.ToString();
    }
}
