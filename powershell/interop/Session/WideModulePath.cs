using System;
using System.IO;
using System.Linq;
using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>
/// Makes the second module known to PowerShell while MgLicense is loaded: PowerShell finds a command by the manifests in
/// the folders of PSModulePath, and loads its module on first use.
/// </summary>
public sealed class WideModulePath : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string Variable = "PSModulePath";

    private static string Folder => Path.Combine(Path.GetDirectoryName(typeof(WideModulePath).Assembly.Location)!, "wide");

    /// <inheritdoc/>
    public void OnImport()
    {
        string[] folders = Folders();
        if (!folders.Contains(Folder))
        {
            Environment.SetEnvironmentVariable(Variable, string.Join(Path.PathSeparator, [.. folders, Folder]));
        }
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) =>
        Environment.SetEnvironmentVariable(Variable, string.Join(Path.PathSeparator, Folders().Where(folder => folder != Folder)));

    private static string[] Folders() =>
        (Environment.GetEnvironmentVariable(Variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
