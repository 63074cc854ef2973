using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Puts one product of a group in the place of another, in one call and checked first.</summary>
[Cmdlet(VerbsCommon.Switch, "MgGroupLicense", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GroupLicenseSwitch))]
public sealed class SwitchMgGroupLicense : ConnectedCmdlet
{
    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    public string GroupId { get; set; } = "";

    /// <summary>The product that goes, by id or part number.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[] From { get; set; } = [];

    /// <summary>The product that comes.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[] To { get; set; } = [];

    /// <summary>Further plans of the new product that are to be off.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[]? DisabledPlans { get; set; }

    /// <summary>Makes the change although some members would wait or be left out.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("groupId", GroupId).AddTexts("from", From).AddTexts("to", To).AddTexts("disabledPlans", DisabledPlans).Add("ask", true);
        if (Force)
        {
            payload.Add("force", true);
        }

        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        Run(&NativeMethods.GroupSwitchLicense, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.GroupSwitch.Read(json));

    private protected override object? ErrorTarget() => GroupId;
}
