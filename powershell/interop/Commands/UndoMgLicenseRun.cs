using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Takes back what a run changed, where nobody has changed it since.</summary>
[Cmdlet(VerbsCommon.Undo, "MgLicenseRun", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(AssignmentResult))]
public sealed class UndoMgLicenseRun : RunContinuation
{
    /// <inheritdoc/>
    protected override unsafe void ProcessRecord() => Continue(&NativeMethods.RunUndo);
}
