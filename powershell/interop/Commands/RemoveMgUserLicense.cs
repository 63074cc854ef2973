using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Takes products from users. One that isn't held counts as done; one that comes through a group stays, and is named
/// with its group.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "MgUserLicense", DefaultParameterSetName = "Sku", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(AssignmentResult))]
public sealed class RemoveMgUserLicense : LicenseRunCmdlet
{
    private AssignmentResult? identity;

    /// <summary>Object id or user principal name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Sku")]
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public string UserId { get; set; } = "";

    /// <summary>Whom it is about: a user, an id, a row.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "SkuViaIdentity")]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "AllViaIdentity")]
    [RowInput]
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

    /// <summary>Takes the last mailbox, phone or drive plan of users of a pipeline without asking once more.</summary>
    [Parameter(ParameterSetName = "SkuViaIdentity")]
    [Parameter(ParameterSetName = "AllViaIdentity")]
    public SwitchParameter Force { get; set; }

    // Whoever says -Confirm:$false has said that nothing is to be asked about what is taken away.
    private protected override RunOptions Options => new()
    {
        Force = Force || (MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm) && !LanguagePrimitives.IsTrue(confirm)),
        Impact = ConfirmImpact.High,
    };

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (InputObject is not null)
        {
            Take(InputObject);
            return;
        }

        identity = new AssignmentResult { Row = 1, UserId = UserId, Status = "Failed" };
        if (!ShouldProcess(UserId, All ? "Remove all licences" : $"Remove licences {string.Join(", ", SkuId)}"))
        {
            return;
        }

        if (HeldConnection is null)
        {
            base.OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("userId", UserId);
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

    private protected override void WriteWish(Payload payload)
    {
        payload.Add("lenient", true);
        if (All)
        {
            payload.Add("removeAll", true);
        }
        else
        {
            payload.AddTexts("removeLicenses", SkuId);
        }
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        var result = ResultReaders.Assignment.Read(json);
        result.Row = 1;
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

    private protected override object? ErrorTarget() => InputObject?.UserId ?? UserId;
}
