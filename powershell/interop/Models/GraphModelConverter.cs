using System;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Text;
using System.Text.Json;
using MgLicense.PowerShell.Licensing;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell;

/// <summary>
/// Makes models out of what scripts hand over: any dictionary, any object with properties (another model, a row, an
/// object read back from a file), text that is a JSON object, and for some classes bare text such as a product id.
/// Both the class and its interface name this converter.
/// </summary>
public sealed class GraphModelConverter : PSTypeConverter
{
    private static readonly ConcurrentDictionary<Type, Type> Classes = new();

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => sourceValue is not null;

    /// <inheritdoc/>
    /// <exception cref="PSInvalidCastException">The value is text that means nothing to the class.</exception>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        ArgumentNullException.ThrowIfNull(sourceValue);
        ArgumentNullException.ThrowIfNull(destinationType);
        GraphModel model = (GraphModel)Activator.CreateInstance(Classes.GetOrAdd(destinationType, ClassOf))!;
        if (model is GraphIdentity identity)
        {
            identity.ReadIds(sourceValue);
        }
        else if (PlainText(sourceValue) is { } text)
        {
            ReadText(model, text, destinationType);
        }
        else
        {
            ReadJson(model, GraphJson.WriteUtf8(sourceValue, skipNulls: !SaysWhatToAssign(model.GetType())));
        }

        return model;
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new PSInvalidCastException($"A {sourceValue?.GetType().Name} can't be converted to {destinationType?.Name}.");

    /// <summary>The text of a value that has no properties of its own to read; null where it has.</summary>
    internal static string? PlainText(object value) => (value is PSObject wrapper ? wrapper.BaseObject : value) switch
    {
        string text => text,
        Guid id => id.ToString(),
        ValueType plain and not System.Collections.DictionaryEntry => JsonValue.Text(plain),
        _ => null,
    };

    /// <summary>Reads text that looks like a JSON object; false if it does not look like one.</summary>
    internal static bool TryReadJsonText(GraphModel model, string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            return false;
        }

        ReadJson(model, Encoding.UTF8.GetBytes(text));
        return true;
    }

    /// <summary>
    /// Whether a class holds products to assign. Its nulls are read: a product that was looked up and not found must not
    /// pass for nothing to assign.
    /// </summary>
    private static bool SaysWhatToAssign(Type type) =>
        type == typeof(MicrosoftGraphAssignedLicense) || type.GetProperty(LicenseBody.AddLicenses) is not null;

    private static void ReadText(GraphModel model, string text, Type destinationType)
    {
        if (!TryReadJsonText(model, text) && !model.ReadText(text))
        {
            throw new PSInvalidCastException(
                $"The text '{text}' can't be converted to {destinationType.Name}: give a hashtable, an object, or a JSON object as text.");
        }
    }

    private static void ReadJson(GraphModel model, ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader json = new(utf8);
        try
        {
            json.Read();
            if (json.TokenType == JsonTokenType.StartObject)
            {
                model.ReadProperties(ref json);
                return;
            }
        }
        catch (JsonException e)
        {
            throw new PSInvalidCastException($"The text is not a JSON object: {e.Message}", e);
        }

        throw new PSInvalidCastException($"A list can't be converted to {model.GetType().Name}: give one object.");
    }

    private static Type ClassOf(Type destinationType) =>
        destinationType.IsInterface
            ? destinationType.Assembly.GetType($"{destinationType.Namespace}.{destinationType.Name[1..]}", throwOnError: true)!
            : destinationType;
}
