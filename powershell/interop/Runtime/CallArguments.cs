using System;
using System.Collections.Generic;
using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>The arguments of one call by parameter name: what was bound, and only that.</summary>
internal readonly struct CallArguments(IDictionary<string, object?> bound)
{
    internal bool Contains(string parameter) => bound.ContainsKey(parameter);

    internal bool TryGet(string parameter, out object? value) => bound.TryGetValue(parameter, out value);

    /// <summary>The argument without PowerShell's wrapping; null where the parameter wasn't bound.</summary>
    internal object? Value(string parameter) =>
        bound.TryGetValue(parameter, out var value) ? value is PSObject wrapped ? wrapped.BaseObject : value : null;

    /// <summary>Whether a switch was given and is on.</summary>
    internal bool Flag(string parameter) => Value(parameter) is SwitchParameter { IsPresent: true } or true;

    /// <summary>Parts of parameter names whose values are not shown.</summary>
    private static readonly string[] Secret = ["Password", "Secret", "Token", "Credential"];

    /// <summary>The arguments as one object, which an error is about. Errors end in logs, so secrets are left out.</summary>
    internal PSObject ToObject()
    {
        var target = new PSObject();
        foreach (var (name, value) in bound)
        {
            if (!CommonParameters.Contains(name))
            {
                target.Properties.Add(new PSNoteProperty(name, IsSecret(name) ? "***" : value));
            }
        }

        return target;
    }

    private static bool IsSecret(string name) =>
        Array.Exists(Secret, part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
