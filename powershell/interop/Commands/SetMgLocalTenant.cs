using System;
using System.Collections;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Changes settings or seats of a local tenant, or moves its clock.</summary>
[Cmdlet(VerbsCommon.Set, "MgLocalTenant", SupportsShouldProcess = true)]
[OutputType(typeof(LocalTenant))]
public sealed class SetMgLocalTenant : LocalTenantCmdlet
{
    /// <summary>The tenant's file; the one in use if left out.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? Path { get; set; }

    /// <summary>Settings to change, by name; the others stay.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Setting { get; set; }

    /// <summary>Products whose seats change, new ones, or ones that leave: each in the shape of a seed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public IDictionary[]? SubscribedSku { get; set; }

    /// <summary>The time the tenant's clock is to show.</summary>
    [Parameter]
    public DateTime Clock { get; set; }

    /// <summary>Writes the tenant as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        var path = RequiredFile(Path);
        if (!ShouldProcess(path, "Change local tenant"))
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("path", path);
        if (Setting is not null)
        {
            payload.AddValue("settings", Setting);
        }

        if (SubscribedSku is not null)
        {
            payload.AddValue("subscribedSkus", SubscribedSku);
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(Clock)))
        {
            payload.Add("clock", JsonValue.Timestamp(Clock));
        }

        RunLocal(&NativeMethods.LocalTenantSet, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        if (PassThru)
        {
            WriteObject(ResultReaders.Tenant.Read(json));
        }
    }

    private protected override object? ErrorTarget() => Path;
}
