using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Tells what a local tenant holds: the one named, else the one in use; nothing where none is.</summary>
[Cmdlet(VerbsCommon.Get, "MgLocalTenant")]
[OutputType(typeof(LocalTenant))]
public sealed class GetMgLocalTenant : LocalTenantCmdlet
{
    /// <summary>The tenant's file.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (FileInForce(Path) is not { } path)
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("path", path);
        RunLocal(&NativeMethods.LocalTenantInfo, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Tenant.Read(json));

    private protected override object? ErrorTarget() => Path;
}
