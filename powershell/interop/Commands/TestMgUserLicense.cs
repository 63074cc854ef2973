using System;
using System.Collections.Generic;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Says what would become of the same call of Set-MgUserLicense, with every reason against it, and writes nothing.
/// A pipeline is tested as a whole, since its rows may share the same seats.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "MgUserLicense", DefaultParameterSetName = ExpandedSet)]
[OutputType(typeof(LicenseTest), typeof(bool))]
public sealed class TestMgUserLicense : NativeCmdlet
{
    private const string ExpandedSet = "TestExpanded";
    private const string BodySet = "Test";
    private const string IdentityExpandedSet = "TestViaIdentityExpanded";
    private const string IdentitySet = "TestViaIdentity";

    private readonly Payload users = Payload.Scratch();
    private int count;
    private bool allSucceed = true;

    /// <summary>Object id or user principal name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ExpandedSet)]
    [Parameter(Mandatory = true, ParameterSetName = BodySet)]
    public string UserId { get; set; } = "";

    /// <summary>Whom it is about: a user, an id, a row with columns of wishes.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = IdentityExpandedSet)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = IdentitySet)]
    public IUsersActionsIdentity? InputObject { get; set; }

    /// <summary>Products to give, by id or part number, with plans that are to be off.</summary>
    [Parameter(ParameterSetName = ExpandedSet)]
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public IMicrosoftGraphAssignedLicense[]? AddLicenses { get; set; }

    /// <summary>Products to take away, by id or part number.</summary>
    [Parameter(ParameterSetName = ExpandedSet)]
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[]? RemoveLicenses { get; set; }

    /// <summary>The usage location that would be set first.</summary>
    [Parameter(ParameterSetName = ExpandedSet)]
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? UsageLocation { get; set; }

    /// <summary>The whole request, with addLicenses and removeLicenses.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = BodySet)]
    [Parameter(Mandatory = true, ParameterSetName = IdentitySet)]
    public object? BodyParameter { get; set; }

    /// <summary>Gives one Boolean: whether the change would succeed for everybody.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => users.Writer.WriteStartArray();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        count++;
        users.Writer.WriteStartObject();
        switch (InputObject)
        {
            case UsersActionsIdentity { Row: not null } identity:
                LicenseRow.Read(identity, count, AddLicenses, RemoveLicenses, UsageLocation).Fill(users);
                break;
            case not null:
                AddUser(InputObject.UserId ?? throw MissingId());
                break;
            default:
                AddUser(UserId);
                break;
        }

        users.Writer.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override unsafe void EndProcessing()
    {
        users.Writer.WriteEndArray();
        if (count == 0)
        {
            return;
        }

        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.Writer.WritePropertyName("users");
        payload.Writer.WriteRawValue(users.Written(), skipInputValidation: true);
        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        var complete = Run(&NativeMethods.UserTestLicense, Session, payload.End());
        if (Quiet)
        {
            WriteObject(complete && allSucceed);
        }
    }

    private void AddUser(string userId)
    {
        users.Add("userId", userId);
        if (BodyParameter is not null)
        {
            LicenseArguments.AddBody(users, BodyParameter);
        }
        else
        {
            LicenseArguments.AddLists(users, AddLicenses, RemoveLicenses);
            users.Add("usageLocation", UsageLocation);
        }
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        var test = ResultReaders.Test.Read(json);
        allSucceed &= test.WillSucceed;
        if (!Quiet)
        {
            WriteObject(test);
        }
    }

    private protected override object? ErrorTarget() => (object?)InputObject ?? UserId;

    private Exception MissingId()
    {
        ThrowTerminatingError(ErrorRecords.MissingId("UserId", InputObject));
        return new PipelineStoppedException();
    }
}
