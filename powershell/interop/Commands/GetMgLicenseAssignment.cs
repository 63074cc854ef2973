using System;
using System.Collections.Generic;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>Lists who has what and where it comes from: one row for each user and product.</summary>
[Cmdlet(VerbsCommon.Get, "MgLicenseAssignment", DefaultParameterSetName = "All")]
[OutputType(typeof(LicenseAssignment))]
public sealed class GetMgLicenseAssignment : ConnectedCmdlet
{
    private readonly LicenseAssignmentReader reader = new();
    private readonly List<string> piped = [];

    /// <summary>Object ids or user principal names.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "User")]
    public string[]? UserId { get; set; }

    /// <summary>Whom it is about: a user, an id, a row.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Input")]
    [RowInput]
    public IUsersActionsIdentity? InputObject { get; set; }

    /// <summary>The members of this group, by id or name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Group")]
    [ValidateNotNullOrEmpty]
    public string? GroupId { get; set; }

    /// <summary>Users that Graph's filter chooses.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Filter")]
    [ValidateNotNullOrEmpty]
    public string? Filter { get; set; }

    /// <summary>Only this product, by id, part number or name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string? SkuId { get; set; }

    /// <summary>Tells when each user last signed in. It takes more requests and more rights.</summary>
    [Parameter]
    public SwitchParameter IncludeSignIn { get; set; }

    /// <summary>Lists users who hold nothing too.</summary>
    [Parameter]
    public SwitchParameter IncludeUnlicensed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        if (InputObject.UserId is { } id)
        {
            piped.Add(id);
        }
        else
        {
            OnError(GraphFailure.NobodyNamed);
        }
    }

    /// <inheritdoc/>
    protected override unsafe void EndProcessing()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        var users = UserId ?? (ParameterSetName == "Input" ? piped.ToArray() : null);
        if (users is { Length: 0 })
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Writer.WriteStartObject("scope");
        payload.AddTexts("users", users).Add("group", GroupId).Add("filter", Filter).Add("sku", SkuId);
        payload.Writer.WriteEndObject();
        payload.Add("signIn", IncludeSignIn).Add("unlicensed", IncludeUnlicensed).Add("debug", WantsDebug);
        Run(&NativeMethods.LicenseAssignmentList, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => reader.Define(json);

    private protected override void OnPage(ReadOnlySpan<byte> json)
    {
        foreach (var row in reader.Read(json))
        {
            WriteObject(row);
        }
    }

    private protected override object? ErrorTarget() => UserId ?? GroupId ?? Filter ?? (object?)SkuId;
}
