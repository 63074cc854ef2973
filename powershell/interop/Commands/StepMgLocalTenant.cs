using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Does what is due in a local tenant, one tick or more.</summary>
[Cmdlet(VerbsCommon.Step, "MgLocalTenant", SupportsShouldProcess = true)]
[OutputType(typeof(LocalTenantStep))]
public sealed class StepMgLocalTenant : LocalTenantCmdlet
{
    /// <summary>The tenant's file; the one in use if left out.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? Path { get; set; }

    /// <summary>How many ticks.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        var path = RequiredFile(Path);
        if (!ShouldProcess(path, "Do the work that is due"))
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("path", path);
        payload.AddValue("count", Count);
        RunLocal(&NativeMethods.LocalTenantStep, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Step.Read(json));

    private protected override object? ErrorTarget() => Path;
}
