using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;

namespace MgLicense.PowerShell.Licensing;

/// <summary>The columns of a row of input, by name in any case: of a CSV line, a custom object or a hashtable.</summary>
internal readonly struct RowColumns
{
    /// <summary>Separates the values of one cell.</summary>
    private const char Separator = ';';

    /// <summary>How many columns a sentence names.</summary>
    private const int Named = 12;

    private readonly object? source;
    private readonly IDictionary? dictionary;
    private readonly PSMemberInfoCollection<PSPropertyInfo>? properties;

    private RowColumns(object given)
    {
        var row = PSObject.AsPSObject(given);
        source = row.BaseObject;
        dictionary = source as IDictionary;
        properties = dictionary is null ? row.Properties : null;
    }

    /// <summary>Whether the row is a hashtable.</summary>
    internal bool IsDictionary => dictionary is not null;

    /// <summary>
    /// Whether the row says what is wished. A user object has properties of the same names, but those say what is.
    /// </summary>
    private bool HasWishes => source is not (IGraphModel or string or Guid);

    internal static RowColumns Of(object source) => new(source);

    /// <summary>The names of the first columns, of a row that has any.</summary>
    internal List<string>? Names()
    {
        if (source is not PSCustomObject)
        {
            return null;
        }

        var names = new List<string>();
        foreach (var property in properties!)
        {
            names.Add(property.Name);
            if (names.Count == Named)
            {
                break;
            }
        }

        return names;
    }

    /// <summary>The text of a cell that names something; blank counts as not given.</summary>
    internal string? Text(string column)
    {
        var cell = Cell(column);
        var text = cell is null ? "" : JsonValue.Text(cell).Trim();
        return text.Length == 0 ? null : text;
    }

    /// <summary>The text of a cell that holds a wish; null for what only describes a user.</summary>
    internal string? Wish(string column) => HasWishes ? Text(column) : null;

    /// <summary>The values of a cell that holds wishes: a list as it is, a text cut at its semicolons.</summary>
    internal object? Wishes(string column)
    {
        if (!HasWishes)
        {
            return null;
        }

        switch (Cell(column))
        {
            case string text:
                var texts = text.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return texts.Length == 0 ? null : texts;
            case null or ICollection { Count: 0 }:
                return null;
            case var value:
                return value;
        }
    }

    /// <summary>The user principal name that the row holds or is.</summary>
    internal string? PrincipalName(string? userId)
    {
        var name = source is string or Guid ? userId : Text("UserPrincipalName") ?? userId;
        return name is not null && name.Contains('@', StringComparison.Ordinal) ? name : null;
    }

    private object? Cell(string column)
    {
        var value = dictionary is null ? properties?[column]?.Value : Find(dictionary, column);
        return value is PSObject wrapped ? wrapped.BaseObject : value;
    }

    private static object? Find(IDictionary dictionary, string column)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            if (string.Equals(JsonValue.Text(entry.Key), column, StringComparison.OrdinalIgnoreCase))
            {
                return entry.Value;
            }
        }

        return null;
    }
}
