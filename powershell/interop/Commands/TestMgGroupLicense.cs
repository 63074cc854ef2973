using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Says what the same call of Set-MgGroupLicense would come to for the members, and writes nothing: who would get it, who
/// would wait, who conflicts, and the seats before and after.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "MgGroupLicense")]
[OutputType(typeof(GroupLicenseTest), typeof(bool))]
public sealed class TestMgGroupLicense : ConnectedCmdlet
{
    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    public string GroupId { get; set; } = "";

    /// <summary>Products to give, by id or part number, with plans that are to be off.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public IMicrosoftGraphAssignedLicense[]? AddLicenses { get; set; }

    /// <summary>Products to take away, by id or part number.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[]? RemoveLicenses { get; set; }

    /// <summary>Service plans to be off in those of the products to give that hold them and say nothing themselves.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[]? DisabledPlans { get; set; }

    /// <summary>Gives one Boolean: whether every member would get what the change gives.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("groupId", GroupId);
        LicenseArguments.AddLists(payload, AddLicenses, RemoveLicenses);
        LicenseArguments.AddTexts(payload, "disabledPlans", DisabledPlans);
        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        Run(&NativeMethods.GroupTestLicense, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        var test = ResultReaders.GroupTest.Read(json);
        WriteObject(Quiet ? test.WillSucceed : test);
    }

    private protected override object? ErrorTarget() => GroupId;
}
