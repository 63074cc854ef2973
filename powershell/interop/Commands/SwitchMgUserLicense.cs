using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Gives users one product in place of another, in one request a user. Other products stay, and the plans that a user had
/// off are off in the new product. Who lacks the old product is left alone.
/// </summary>
[Cmdlet(VerbsCommon.Switch, "MgUserLicense", DefaultParameterSetName = UserSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(AssignmentResult))]
public sealed class SwitchMgUserLicense : LicenseRunCmdlet
{
    private const string UserSet = "Switch";
    private const string RowSet = "SwitchViaIdentity";

    /// <summary>Object id or user principal name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UserSet)]
    public string UserId { get; set; } = "";

    /// <summary>Whom it is about: a user, an id, a row.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RowSet)]
    [RowInput]
    public IUsersActionsIdentity? InputObject { get; set; }

    /// <summary>Products to give up, by id or part number. Whoever holds one of them is switched.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[] From { get; set; } = [];

    /// <summary>Products to have instead, by id or part number.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[] To { get; set; } = [];

    /// <summary>Further service plans to be off in the new products.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[]? DisabledPlans { get; set; }

    /// <summary>Turns off the plans of the new products that no product given up has in any tier.</summary>
    [Parameter]
    public SwitchParameter NewPlansOff { get; set; }

    /// <summary>The usage location to set first, where it differs.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? UsageLocation { get; set; }

    /// <summary>In which order the seats go where there are too few; else nothing is written then.</summary>
    [Parameter(ParameterSetName = RowSet)]
    [ValidateSet("Row", "Name", "Unlicensed")]
    public string? Partial { get; set; }

    /// <summary>Takes the last mailbox, phone or drive plan of users without asking, and warns of nothing that is only likely.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override RunOptions Options => new() { Partial = Partial, Force = Force, Impact = ConfirmImpact.Medium };

    /// <inheritdoc/>
    protected override void ProcessRecord() => Take(InputObject ?? new UsersActionsIdentity { UserId = UserId });

    private protected override void WriteWish(Payload payload)
    {
        payload.AddTexts("switchFrom", From).AddTexts("switchTo", To);
        LicenseArguments.AddTexts(payload, "disabledPlans", DisabledPlans);
        payload.Add("newPlansOff", NewPlansOff).Add("usageLocation", UsageLocation);
    }

    private protected override object? ErrorTarget() => InputObject?.UserId ?? UserId;
}
