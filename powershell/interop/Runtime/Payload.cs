using System;
using System.Buffers;
using System.Collections;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>
/// The JSON of one call to the native library. The buffer and the writer of a finished payload are used again by
/// the next on the same thread.
/// </summary>
internal sealed class Payload : IDisposable
{
    private const int KeptCapacity = 64 * 1024;

    [ThreadStatic]
    private static Payload? spare;

    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private Payload? nextSpare;

    private Payload() => Writer = new Utf8JsonWriter(
        buffer,
        new JsonWriterOptions { Encoder = StrictEncoder.Instance, SkipValidation = true });

    internal Utf8JsonWriter Writer { get; }

    /// <summary>Begins a payload, which is one JSON object.</summary>
    internal static Payload Begin()
    {
        var payload = Scratch();
        payload.Writer.WriteStartObject();
        return payload;
    }

    /// <summary>An empty buffer to write any one JSON value to.</summary>
    internal static Payload Scratch()
    {
        var payload = spare ?? new Payload();
        spare = payload.nextSpare;
        payload.nextSpare = null;
        return payload;
    }

    /// <summary>Ends the object and gives its bytes, valid until the payload is disposed.</summary>
    internal ReadOnlySpan<byte> End()
    {
        Writer.WriteEndObject();
        return Written();
    }

    /// <summary>What was written so far, valid until the next write.</summary>
    internal ReadOnlySpan<byte> Written()
    {
        Writer.Flush();
        return buffer.WrittenSpan;
    }

    internal Payload Add(string name, string? value)
    {
        if (value is not null)
        {
            Writer.WriteString(name, value);
        }

        return this;
    }

    internal Payload Add(string name, bool value)
    {
        Writer.WriteBoolean(name, value);
        return this;
    }

    internal Payload Add(string name, ulong value)
    {
        Writer.WriteNumber(name, value);
        return this;
    }

    internal Payload Add(string name, int value)
    {
        Writer.WriteNumber(name, value);
        return this;
    }

    internal Payload Add(string name, double value)
    {
        Writer.WriteNumber(name, value);
        return this;
    }

    /// <summary>Adds a list of texts; null leaves the key out, an empty list stays one.</summary>
    internal Payload AddTexts(string name, IEnumerable? values)
    {
        if (values is null)
        {
            return this;
        }

        Writer.WriteStartArray(name);
        foreach (var value in values)
        {
            Writer.WriteStringValue(JsonValue.Text(value));
        }

        Writer.WriteEndArray();
        return this;
    }

    /// <summary>Adds an object whose values are all texts, such as the headers of a request.</summary>
    internal Payload AddTextMap(string name, IDictionary? values)
    {
        if (values is null || values.Count == 0)
        {
            return this;
        }

        Writer.WriteStartObject(name);
        foreach (DictionaryEntry entry in values)
        {
            Writer.WriteString(JsonValue.Text(entry.Key), JsonValue.Text(entry.Value));
        }

        Writer.WriteEndObject();
        return this;
    }

    /// <summary>Adds any PowerShell value.</summary>
    internal Payload AddValue(string name, object? value)
    {
        Writer.WritePropertyName(name);
        JsonValue.Write(Writer, value);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        buffer.ResetWrittenCount();
        Writer.Reset();
        if (buffer.Capacity <= KeptCapacity)
        {
            nextSpare = spare;
            spare = this;
        }
    }
}
