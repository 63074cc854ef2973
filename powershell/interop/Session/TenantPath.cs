using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>Where a tenant's file is.</summary>
internal static class TenantPath
{
    /// <summary>A tenant of this process only, without a file.</summary>
    private const string InMemory = ":memory:";

    /// <summary>The file's full path: relative paths start at PowerShell's current location, as in other commands.</summary>
    internal static string Resolve(PSCmdlet cmdlet, string path) =>
        path == InMemory ? path : FilePath.Resolve(cmdlet, path);
}
