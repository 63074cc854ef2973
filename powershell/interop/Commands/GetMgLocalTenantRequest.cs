using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Lists the requests that a local tenant got, with their exact bodies: the proof of what a command sent, or that it
/// sent nothing. The tenant keeps them while its setting <c>requestLog</c> is on.
/// </summary>
[Cmdlet(VerbsCommon.Get, "MgLocalTenantRequest")]
[OutputType(typeof(LocalTenantRequest))]
public sealed class GetMgLocalTenantRequest : LocalTenantCmdlet
{
    /// <summary>The tenant's file; the one in use if left out.</summary>
    [Parameter(Position = 0)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? Path { get; set; }

    /// <summary>Only requests that asked for a change.</summary>
    [Parameter]
    public SwitchParameter WriteOnly { get; set; }

    /// <summary>Only the last so many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Last { get; set; }

    /// <summary>Empties the log afterwards.</summary>
    [Parameter]
    public SwitchParameter Clear { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        using var payload = Payload.Begin();
        payload.Add("path", RequiredFile(Path)).Add("writeOnly", WriteOnly).Add("clear", Clear);
        if (Last > 0)
        {
            payload.Add("last", Last);
        }

        RunLocal(&NativeMethods.LocalTenantRequests, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Request.Read(json));

    private protected override object? ErrorTarget() => Path;
}
