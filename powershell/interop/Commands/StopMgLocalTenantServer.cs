using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Authentication;

namespace MgLicense.PowerShell.Commands;

/// <summary>Stops serving a local tenant. Requests under way may end; the file stays.</summary>
[Cmdlet(VerbsLifecycle.Stop, "MgLocalTenantServer", DefaultParameterSetName = "Server", SupportsShouldProcess = true)]
public sealed class StopMgLocalTenantServer : LocalServerCmdlet
{
    /// <summary>What Start- or Get-MgLocalTenantServer gave.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Server")]
    [ValidateNotNull]
    public LocalTenantServer? Server { get; set; }

    /// <summary>Every server of this file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? Path { get; set; }

    /// <summary>The server at this port.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Port")]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        var path = Path is null ? null : TenantPath.Resolve(this, Path);
        if (!ShouldProcess(Server?.Uri ?? path ?? $"port {Port}", "Stop serving local tenant"))
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("path", path);
        if (Server is not null)
        {
            payload.Add("server", Server.Server);
        }

        if (Port > 0)
        {
            payload.Add("port", Port);
        }

        if (RunLocal(&NativeMethods.LocalServerStop, payload.End()))
        {
            GraphEnvironments.Forget(served => Server is not null ? served.Name == Server.Environment : served.File == path || served.Name == EnvironmentAt(Port));
        }
    }

    private protected override object? ErrorTarget() => Server ?? (object?)Path ?? Port;
}
