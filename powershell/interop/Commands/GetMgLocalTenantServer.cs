using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Lists the local tenants that this process serves.</summary>
[Cmdlet(VerbsCommon.Get, "MgLocalTenantServer")]
[OutputType(typeof(LocalTenantServer))]
public sealed class GetMgLocalTenantServer : LocalServerCmdlet
{
    /// <summary>Only servers of this file.</summary>
    [Parameter(Position = 0)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? Path { get; set; }

    /// <summary>Only the server at this port.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        using var payload = Payload.Begin();
        if (Path is not null)
        {
            payload.Add("path", TenantPath.Resolve(this, Path));
        }

        if (Port > 0)
        {
            payload.Add("port", Port);
        }

        RunLocal(&NativeMethods.LocalServerList, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ReadServer(json));
}
