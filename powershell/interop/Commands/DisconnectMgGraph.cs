using System;
using System.Management.Automation;
using MgLicense.PowerShell;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Signs out, and writes what was signed out from.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "MgGraph")]
[Alias("Disconnect-Graph")]
[OutputType(typeof(IAuthContext))]
public sealed class DisconnectMgGraph : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Connection.Replace(null) is { } closed)
        {
            WriteObject(closed.Context);
            return;
        }

        WriteError(new ErrorRecord(
            new InvalidOperationException("No application to sign out from."),
            Guid.NewGuid().ToString(),
            ErrorCategory.InvalidArgument,
            null));
    }
}
