using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Goes on with a run that was stopped, or whose process ended.</summary>
[Cmdlet(VerbsLifecycle.Resume, "MgLicenseRun", SupportsShouldProcess = true)]
[OutputType(typeof(AssignmentResult))]
public sealed class ResumeMgLicenseRun : RunContinuation
{
    /// <summary>In which order the seats go where there are too few by now; else nothing is written then.</summary>
    [Parameter]
    [ValidateSet("Row", "Name", "Unlicensed")]
    public string? Partial { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord() => Continue(&NativeMethods.RunResume, Partial);
}
