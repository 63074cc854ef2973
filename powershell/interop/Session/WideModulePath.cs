using System.IO;
using System.Management.Automation;
using MgLicense.PowerShell.Compatibility;

namespace MgLicense.PowerShell;

/// <summary>
/// Makes the second module known to PowerShell while MgLicense is loaded: PowerShell finds a command by the manifests in
/// the folders of PSModulePath, and loads its module on first use.
/// </summary>
public sealed class WideModulePath : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static string Folder => Path.Combine(Path.GetDirectoryName(typeof(WideModulePath).Assembly.Location)!, "wide");

    /// <inheritdoc/>
    public void OnImport() => Forwarders.EnsurePath(Folder);

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => Forwarders.DropPath(Folder);
}
