using System;
using System.Collections;
using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>
/// The base of the classes that -InputObject takes. They hold ids by name and nothing else, so only those are
/// looked for in what a script hands over.
/// </summary>
public abstract class GraphIdentity : GraphModel, IGraphIdentity
{
    /// <summary>The names of the ids, in the spelling of the class.</summary>
    private protected abstract string[] IdNames { get; }

    /// <inheritdoc/>
    public string? GetId(string property) => this[property];

    /// <summary>The id of a name; unknown names are null.</summary>
    private protected abstract string? this[string name] { get; set; }

    /// <summary>Takes the ids out of a dictionary, an object with properties, another identity, or JSON text.</summary>
    /// <exception cref="PSInvalidCastException">The value is text that is not a JSON object.</exception>
    internal void ReadIds(object source)
    {
        if (GraphModelConverter.PlainText(source) is { } text)
        {
            if (!GraphModelConverter.TryReadJsonText(this, text))
            {
                throw new PSInvalidCastException(
                    $"The text '{text}' can't be converted to I{GetType().Name}: give a hashtable with the ids by name.");
            }

            return;
        }

        foreach (string name in IdNames)
        {
            if (Find(source, name) is { } value)
            {
                this[name] = LanguagePrimitives.ConvertTo<string>(value);
            }
        }
    }

    /// <summary>The value under a name in any case, in a dictionary or among an object's properties; null if there is none.</summary>
    internal static object? Find(object source, string name)
    {
        object value = source is PSObject wrapper ? wrapper.BaseObject : source;
        if (value is not IDictionary dictionary)
        {
            return PSObject.AsPSObject(source).Properties[name]?.Value;
        }

        foreach (DictionaryEntry entry in dictionary)
        {
            if (string.Equals(JsonValue.Text(entry.Key), name, StringComparison.OrdinalIgnoreCase))
            {
                return entry.Value;
            }
        }

        return null;
    }
}
