using System.Management.Automation;
using MgLicense.PowerShell;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Tells what the default connection is to whom; nothing when signed out.</summary>
[Cmdlet(VerbsCommon.Get, "MgContext")]
[OutputType(typeof(IAuthContext))]
public sealed class GetMgContext : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Connection.Current is { } connection)
        {
            WriteObject(connection.Context.Clone());
        }
    }
}
