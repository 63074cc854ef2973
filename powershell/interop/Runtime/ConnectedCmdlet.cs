using System.Management.Automation;
using Microsoft.Graph.PowerShell.Authentication;

namespace MgLicense.PowerShell;

/// <summary>The base of every command that works on a connection: the default one, or the one it is told.</summary>
public abstract class ConnectedCmdlet : NativeCmdlet
{
    /// <summary>The connection to use, as Connect-MgGraph -PassThru gives it; the default one if left out.</summary>
    [Parameter]
    public IAuthContext? Context { get; set; }

    private protected override Connection? HoldConnection() => Context switch
    {
        null => base.HoldConnection(),
        AuthContext { Connection: { } connection } when connection.TryHold() => connection,
        _ => null,
    };
}
