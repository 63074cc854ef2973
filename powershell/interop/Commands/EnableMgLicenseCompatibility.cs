using System.Linq;
using System.Management.Automation;
using MgLicense.PowerShell.Compatibility;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Lets MgLicense answer to the module names of the SDK, so that a script that imports or requires them runs on it. The
/// SDK's own modules, where they are installed, keep their names unless -Force is given.
/// </summary>
[Cmdlet(VerbsLifecycle.Enable, "MgLicenseCompatibility", SupportsShouldProcess = true)]
[OutputType(typeof(CompatibilityModule))]
public sealed class EnableMgLicenseCompatibility : CompatibilityCmdlet
{
    /// <summary>Takes the names of modules that are installed, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Confirmed("Answer to the module names of the Microsoft Graph PowerShell SDK"))
        {
            return;
        }

        if (Scope == CompatibilityScope.Process)
        {
            Forwarders.AddToPath(first: Force);
        }
        else
        {
            foreach (string name in Forwarders.Names.Where(name => Force || Forwarders.FindReal(name) is null))
            {
                Forwarders.Install(name);
            }
        }

        CompatibilityModule[] modules = Report(inFront: Force).ToArray();
        foreach (CompatibilityModule module in modules.Where(module => module.InstalledVersion is not null))
        {
            WriteWarning(Force
                ? $"{module.Name} {module.InstalledVersion} is installed at {module.InstalledAt} and is hidden by MgLicense's forwarder. Disable-MgLicenseCompatibility shows it again."
                : $"{module.Name} {module.InstalledVersion} is installed at {module.InstalledAt} and keeps its name. With -Force, MgLicense's forwarder takes the name.");
        }

        WriteObject(modules, enumerateCollection: true);
    }
}
