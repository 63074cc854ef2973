using System;
using System.Collections;
using System.IO;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Serves a local tenant on loopback, so that any Graph client of this machine can sign in and use it.</summary>
[Cmdlet(VerbsLifecycle.Start, "MgLocalTenantServer", SupportsShouldProcess = true)]
[OutputType(typeof(LocalTenantServer))]
public sealed class StartMgLocalTenantServer : LocalServerCmdlet
{
    /// <summary>The tenant's file; the one in use if left out.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? Path { get; set; }

    /// <summary>The port; one that is free if left out.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>The address of loopback to listen at.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>Speaks TLS, with a certificate made for the occasion.</summary>
    [Parameter]
    public SwitchParameter Tls { get; set; }

    /// <summary>Milliseconds for which each answer is held back.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Latency { get; set; }

    /// <summary>Keeps the directory's limits on requests.</summary>
    [Parameter]
    public SwitchParameter Quota { get; set; }

    /// <summary>A JSON file with a list of faults on purpose.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Fault { get; set; }

    /// <summary>Settings that hold while the tenant is served; the file keeps its own.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Setting { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        var path = RequiredFile(Path);
        if (!ShouldProcess(path, "Serve local tenant"))
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("path", path).Add("port", Port).Add("address", Address).Add("tls", Tls);
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Latency)))
        {
            payload.Add("latencyMilliseconds", Latency);
        }

        if (Quota)
        {
            payload.Add("quota", Quota);
        }

        if (Fault is not null)
        {
            payload.Add("fault", FilePath.Resolve(this, Fault));
        }

        if (Setting is not null)
        {
            payload.AddValue("settings", Setting);
        }

        RunLocal(&NativeMethods.LocalServerStart, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        var server = ReadServer(json);
        if (server.CertificatePath is { } certificate)
        {
            // A server that is never stopped ends with the process, which takes nothing down by itself.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(certificate);
        }

        WriteObject(server);
    }

    private protected override object? ErrorTarget() => Path;
}
