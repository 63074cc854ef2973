using System;
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MgLicense.PowerShell;

internal static partial class GraphJson
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Text goes to a service, never into a page: only what JSON itself demands is escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    /// <summary>Any value of PowerShell as JSON in UTF-8. The bytes are good until the thread's next call.</summary>
    /// <param name="value">A model, a dictionary, an object with properties, a list, or a plain value.</param>
    /// <param name="skipNulls">Whether keys of dictionaries and properties of objects that are null are left out.</param>
    public static ReadOnlySpan<byte> WriteUtf8(object? value, bool skipNulls = false)
    {
        // A value that runs script while it is read could come back here: it finds no buffer and makes its own.
        ArrayBufferWriter<byte> buffer = threadBuffer ?? new ArrayBufferWriter<byte>(512);
        threadBuffer = null;
        buffer.ResetWrittenCount();
        using (Utf8JsonWriter writer = new(buffer, WriterOptions))
        {
            JsonValue.Write(writer, value, skipNulls);
        }

        threadBuffer = buffer;
        return buffer.WrittenSpan;
    }

    // The generated model classes write their properties with these: null means absent.

    internal static void WriteMember(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    internal static void WriteMember(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } truth)
        {
            writer.WriteBoolean(name, truth);
        }
    }

    internal static void WriteMember(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    internal static void WriteMember(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTime? value)
    {
        if (value is { } time)
        {
            writer.WriteString(name, JsonValue.Timestamp(time));
        }
    }

    internal static void WriteMember(Utf8JsonWriter writer, ReadOnlySpan<byte> name, object? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            JsonValue.Write(writer, value);
        }
    }
}
