using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Deletes a local tenant's file and what belongs to it. A file that is no tenant is refused.</summary>
[Cmdlet(VerbsCommon.Remove, "MgLocalTenant", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveMgLocalTenant : LocalTenantCmdlet
{
    /// <summary>The tenant's file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        var path = TenantPath.Resolve(this, Path);
        if (!ShouldProcess(path, "Delete local tenant"))
        {
            return;
        }

        if (Connection.Current?.Context.LocalTenant == path)
        {
            Connection.Replace(null);
        }

        using var payload = Payload.Begin();
        payload.Add("path", path);
        RunLocal(&NativeMethods.LocalTenantRemove, payload.End());
    }

    private protected override object ErrorTarget() => Path;
}
