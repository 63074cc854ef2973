using System;
using System.Collections.Generic;
using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>The parameters that PowerShell gives every command.</summary>
internal static class CommonParameters
{
    private static readonly HashSet<string> Names = new(
        [.. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters],
        StringComparer.OrdinalIgnoreCase);

    internal static bool Contains(string name) => Names.Contains(name);
}
