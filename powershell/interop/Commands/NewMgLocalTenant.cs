using System;
using System.IO;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Makes a tenant in a file: empty, the sample company, from a seed, or generated at any size.</summary>
[Cmdlet(VerbsCommon.New, "MgLocalTenant", DefaultParameterSetName = "Empty", SupportsShouldProcess = true)]
[OutputType(typeof(LocalTenant))]
public sealed class NewMgLocalTenant : LocalTenantCmdlet
{
    /// <summary>The file to make.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>A believable company of about 200 accounts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Sample")]
    public SwitchParameter Sample { get; set; }

    /// <summary>A JSON file that says what the tenant holds.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Seed")]
    [ValidateNotNullOrEmpty]
    public string? Seed { get; set; }

    /// <summary>A size and a seed, such as <c>users=50000,seed=1</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Generate")]
    [ValidateNotNullOrEmpty]
    public string? Generate { get; set; }

    /// <summary>Replaces a tenant that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        var path = TenantPath.Resolve(this, Path);
        var replaces = Force && File.Exists(path);
        if (!ShouldProcess(path, replaces ? "Replace local tenant" : "Create local tenant"))
        {
            return;
        }

        if (replaces && AsksBeforeLoss && !ShouldContinue($"The tenant in {path} and everything in it will be lost.", "Replace local tenant"))
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("path", path).Add("source", Source).Add("generate", Generate).Add("force", Force);
        if (Seed is not null)
        {
            payload.Add("seedPath", FilePath.Resolve(this, Seed));
        }

        RunLocal(&NativeMethods.LocalTenantCreate, payload.End());
    }

    private string Source => Sample ? "sample" : Seed is not null ? "seed" : Generate is not null ? "generate" : "empty";

    /// <summary>Loss of data is of high impact: it is confirmed unless -Confirm:$false or the preference says not to.</summary>
    private bool AsksBeforeLoss =>
        !MyInvocation.BoundParameters.ContainsKey("Confirm")
        && GetVariableValue("ConfirmPreference") is ConfirmImpact preference and not ConfirmImpact.None
        && preference <= ConfirmImpact.High;

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Tenant.Read(json));

    private protected override object ErrorTarget() => Path;
}
