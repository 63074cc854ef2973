using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Turns single service plans of users on and off in the products they hold. Nothing else is restated, and no product is
/// given or taken.
/// </summary>
[Cmdlet(VerbsCommon.Set, "MgUserServicePlan", DefaultParameterSetName = UserSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(AssignmentResult))]
public sealed class SetMgUserServicePlan : LicenseRunCmdlet
{
    private const string UserSet = "Set";
    private const string RowSet = "SetViaIdentity";

    /// <summary>Object id or user principal name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UserSet)]
    public string UserId { get; set; } = "";

    /// <summary>Whom it is about: a user, an id, a row.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RowSet)]
    [RowInput]
    public IUsersActionsIdentity? InputObject { get; set; }

    /// <summary>Service plans to turn on, by id or name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[]? EnablePlan { get; set; }

    /// <summary>Service plans to turn off, by id or name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[]? DisablePlan { get; set; }

    /// <summary>The one product in which they are turned, by id or part number; else every product that holds them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string? SkuId { get; set; }

    /// <summary>Turns off the last mailbox, phone or drive plan of users without asking, and warns of nothing that is only likely.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override RunOptions Options => new() { Force = Force, Impact = ConfirmImpact.Medium };

    /// <inheritdoc/>
    protected override void ProcessRecord() => Take(InputObject ?? new UsersActionsIdentity { UserId = UserId });

    private protected override void WriteWish(Payload payload)
    {
        LicenseArguments.AddTexts(payload, "enablePlans", EnablePlan);
        LicenseArguments.AddTexts(payload, "disablePlans", DisablePlan);
        payload.Add("planSku", SkuId);
    }

    private protected override object? ErrorTarget() => InputObject?.UserId ?? UserId;
}
