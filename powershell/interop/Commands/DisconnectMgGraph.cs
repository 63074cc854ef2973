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
    /// <summary>The connection to close; the default one if left out.</summary>
    [Parameter]
    public IAuthContext? Context { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var closing = Context is null ? Connection.Current : (Context as AuthContext)?.Connection;
        if (closing is not null && closing.SignOut())
        {
            WriteObject(closing.Context);
            return;
        }

        WriteError(new ErrorRecord(
            new InvalidOperationException("No application to sign out from."),
            Guid.NewGuid().ToString(),
            ErrorCategory.InvalidArgument,
            null));
    }
}
