using System.Management.Automation;
using MgLicense.PowerShell.Compatibility;

namespace MgLicense.PowerShell.Commands;

/// <summary>Ends that MgLicense answers to the module names of the SDK. Modules that are loaded stay loaded.</summary>
[Cmdlet(VerbsLifecycle.Disable, "MgLicenseCompatibility", SupportsShouldProcess = true)]
[OutputType(typeof(CompatibilityModule))]
public sealed class DisableMgLicenseCompatibility : CompatibilityCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Confirmed("Answer no longer to the module names of the Microsoft Graph PowerShell SDK"))
        {
            return;
        }

        if (Scope == CompatibilityScope.Process)
        {
            Forwarders.RemoveFromPath();
        }
        else
        {
            foreach (string name in Forwarders.Names)
            {
                Forwarders.Uninstall(name);
            }
        }

        WriteObject(Report(inFront: false), enumerateCollection: true);
    }
}
