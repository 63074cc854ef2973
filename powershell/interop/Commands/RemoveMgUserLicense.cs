using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Takes products from users. One that isn't held counts as done; one that comes through a group stays, and is named
/// with its group.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "MgUserLicense", DefaultParameterSetName = "Sku", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(AssignmentResult))]
public sealed class RemoveMgUserLicense : ConnectedCmdlet
{
    private AssignmentResult? identity;
    private int row;

    /// <summary>Object id or user principal name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Sku")]
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public string UserId { get; set; } = "";

    /// <summary>Whom it is about: a user, an id, a row.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "SkuViaIdentity")]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "AllViaIdentity")]
    public IUsersActionsIdentity? InputObject { get; set; }

    /// <summary>Products to take away, by id or part number.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Sku")]
    [Parameter(Mandatory = true, ParameterSetName = "SkuViaIdentity")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[] SkuId { get; set; } = [];

    /// <summary>Takes away everything that was given directly.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    [Parameter(Mandatory = true, ParameterSetName = "AllViaIdentity")]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        row++;
        var userId = InputObject is null ? UserId : InputObject.UserId;
        identity = new AssignmentResult { Row = row, UserId = userId, Status = "Failed" };
        if (userId is null)
        {
            OnError(GraphFailure.NobodyNamed);
            return;
        }

        if (!ShouldProcess(userId, All ? "Remove all licences" : $"Remove licences {string.Join(", ", SkuId)}"))
        {
            return;
        }

        if (HeldConnection is null)
        {
            base.OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("userId", userId);
        if (All)
        {
            payload.Add("all", true);
        }
        else
        {
            payload.AddTexts("skuIds", SkuId);
        }

        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        Run(&NativeMethods.UserRemoveLicense, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        var result = ResultReaders.Assignment.Read(json);
        result.Row = row;
        WriteObject(result);
    }

    private protected override void OnError(GraphFailure failure)
    {
        base.OnError(failure);
        if (identity is not null)
        {
            identity.Error = failure.Message;
            identity.ErrorId = failure.Code;
            identity.RequestId = failure.RequestId;
            WriteObject(identity);
        }
    }

    private protected override object? ErrorTarget() => (InputObject as UsersActionsIdentity)?.Row ?? InputObject ?? (object)UserId;
}
