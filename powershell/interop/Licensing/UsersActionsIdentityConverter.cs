using System;
using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using MgLicense.PowerShell;
using MgLicense.PowerShell.Licensing;

namespace Microsoft.Graph.PowerShell.Models;

/// <summary>
/// Makes an identity of anything that names a user. A hashtable or an SDK identity object is an identity as the SDK has
/// it; a user object, a line of a CSV file, an id or a user principal name is a row of bulk input.
/// </summary>
public sealed class UsersActionsIdentityConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => sourceValue is not null;

    /// <inheritdoc/>
    public override object? ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        var source = sourceValue is PSObject wrapped ? wrapped.BaseObject : sourceValue;
        return source switch
        {
            null => null,
            UsersActionsIdentity identity => identity,
            IGraphIdentity identity => new UsersActionsIdentity { UserId = identity.GetId("UserId") },
            string text when IsJson(text) => new UsersActionsIdentity { UserId = FromJson(text) },
            string or Guid => FromText(source),
            _ => FromColumns(sourceValue),
        };
    }

    /// <summary>
    /// The identity that an input object comes to where it is plainly a row: a line of a file, a user, an id. Nothing for
    /// an identity, for what says one, and for lists.
    /// </summary>
    internal static UsersActionsIdentity? FromRow(object? input)
    {
        if (!IsRow(input))
        {
            return null;
        }

        var source = input is PSObject wrapped ? wrapped.BaseObject : input;
        return source is string or Guid ? FromText(source) : FromColumns(input!);
    }

    /// <summary>Whether an input object is plainly a row.</summary>
    internal static bool IsRow(object? input) => (input is PSObject wrapped ? wrapped.BaseObject : input) switch
    {
        string text => !IsJson(text),
        null or IGraphIdentity or IEnumerable => false,
        _ => true,
    };

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new NotSupportedException($"An identity can't be converted to {destinationType}.");

    private static bool IsJson(string text) => text.AsSpan().TrimStart().StartsWith("{");

    /// <summary>An id or a user principal name by itself.</summary>
    private static UsersActionsIdentity FromText(object source) =>
        new() { UserId = JsonValue.Text(source).Trim() is { Length: > 0 } id ? id : null, Row = source };

    /// <summary>A hashtable that says UserId, or says nobody at all, is meant as an identity; everything else is a row.</summary>
    private static UsersActionsIdentity FromColumns(object source)
    {
        var columns = RowColumns.Of(source);
        var userId = columns.Text("UserId");
        var other = userId is null ? columns.Text("Id") ?? columns.Text("UserPrincipalName") : null;
        var isIdentity = columns.IsDictionary && other is null;
        return new UsersActionsIdentity { UserId = userId ?? other, Row = isIdentity ? null : source };
    }

    private static string? FromJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (string.Equals(property.Name, "UserId", StringComparison.OrdinalIgnoreCase))
            {
                return property.Value.GetString();
            }
        }

        return null;
    }
}
