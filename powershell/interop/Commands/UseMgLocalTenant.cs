using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Makes every plain Connect-MgGraph of this process connect to a local tenant, so that an unmodified script can be
/// rehearsed. Such a connection always warns.
/// </summary>
[Cmdlet(VerbsOther.Use, "MgLocalTenant", DefaultParameterSetName = "Use")]
public sealed class UseMgLocalTenant : LocalTenantCmdlet
{
    private bool isTenant;

    /// <summary>The tenant's file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Use")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string Path { get; set; } = "";

    /// <summary>Ends the redirection.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Off")]
    public SwitchParameter Off { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (Off)
        {
            LocalTenantSession.Redirect(null);
            return;
        }

        var path = TenantPath.Resolve(this, Path);
        using var payload = Payload.Begin();
        payload.Add("path", path);
        isTenant = false;
        RunLocal(&NativeMethods.LocalTenantInfo, payload.End());
        if (isTenant)
        {
            LocalTenantSession.Redirect(path);
        }
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => isTenant = true;

    private protected override object ErrorTarget() => Path;
}
