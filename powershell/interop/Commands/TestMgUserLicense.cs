using System;
using System.Collections;
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
[OutputType(typeof(LicenseTest), typeof(LicenseTestSummary), typeof(bool))]
public sealed class TestMgUserLicense : ConnectedCmdlet
{
    private const string ExpandedSet = "TestExpanded";
    private const string BodySet = "Test";
    private const string IdentityExpandedSet = "TestViaIdentityExpanded";
    private const string IdentitySet = "TestViaIdentity";

    private readonly Payload users = Payload.Scratch();
    private int count;
    private int rows;
    private bool allSucceed = true;
    private bool complete = true;
    private bool refused;

    /// <summary>Object id or user principal name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ExpandedSet)]
    [Parameter(Mandatory = true, ParameterSetName = BodySet)]
    public string UserId { get; set; } = "";

    /// <summary>Whom it is about: a user, an id, a row with columns of wishes.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = IdentityExpandedSet)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = IdentitySet)]
    [RowInput]
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

    /// <summary>Service plans to be off in those of the products to give that hold them and say nothing themselves.</summary>
    [Parameter(ParameterSetName = ExpandedSet)]
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[]? DisabledPlans { get; set; }

    /// <summary>The usage location that would be set first.</summary>
    [Parameter(ParameterSetName = ExpandedSet)]
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? UsageLocation { get; set; }

    /// <summary>The whole request, with addLicenses and removeLicenses.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = BodySet)]
    [Parameter(Mandatory = true, ParameterSetName = IdentitySet)]
    public object? BodyParameter { get; set; }

    /// <summary>Taken so that the arguments of Set-MgUserLicense fit; what it holds is for the service alone to judge.</summary>
    [Parameter(ParameterSetName = ExpandedSet)]
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    public Hashtable? AdditionalProperties { get; set; }

    /// <summary>Taken so that the arguments of Set-MgUserLicense fit; they would go with a change that isn't made.</summary>
    [Parameter]
    public IDictionary? Headers { get; set; }

    /// <summary>Taken so that the arguments of Set-MgUserLicense fit; a change that isn't made has no answer.</summary>
    [Parameter]
    [Alias("RHV")]
    public string? ResponseHeadersVariable { get; set; }

    /// <summary>In which order the seats of a pipeline go where there are too few; else nothing would be written then.</summary>
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    [Parameter(ParameterSetName = IdentitySet)]
    [ValidateSet("Row", "Name", "Unlicensed")]
    public string? Partial { get; set; }

    /// <summary>Gives, of a pipeline, one object with the totals and the seats before and after.</summary>
    [Parameter(ParameterSetName = IdentityExpandedSet)]
    [Parameter(ParameterSetName = IdentitySet)]
    public SwitchParameter Summary { get; set; }

    /// <summary>Gives one Boolean: whether the change would succeed for everybody.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => users.Writer.WriteStartArray();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is UsersActionsIdentity { Row: not null } identity)
        {
            rows++;
            if (!ReadsRows && !refused)
            {
                refused = !BeginTest();
            }

            complete &= !refused && AddRow(LicenseRow.Read(identity, rows, withWishes: true));
            return;
        }

        var body = Body();
        users.Writer.WriteStartObject();
        users.Add("userId", InputObject is null ? UserId : InputObject.UserId ?? throw MissingId()).Add("usageLocation", UsageLocation);
        LicenseArguments.AddLists(users, AddLicenses ?? body?.Add, RemoveLicenses ?? body?.Remove);
        LicenseArguments.AddTexts(users, "disabledPlans", DisabledPlans);
        users.Writer.WriteEndObject();
        count++;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        users.Writer.WriteEndArray();
        complete &= EndRows();
        complete &= count == 0 || RunTest();
        users.Dispose();
        if (Quiet && count + rows > 0)
        {
            WriteObject(complete && allSucceed);
        }
    }

    private LicenseBody? Body() => BodyParameter is null ? null : LicenseBody.Read(BodyParameter);

    private unsafe bool BeginTest()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return false;
        }

        using var payload = Payload.Begin();
        payload.Writer.WriteStartObject("wish");
        var body = Body();
        LicenseArguments.AddWish(payload, AddLicenses ?? body?.Add, RemoveLicenses ?? body?.Remove, DisabledPlans, UsageLocation);
        payload.Writer.WriteEndObject();
        // Of a summary alone, and of one word, what is said of each row would be made for nobody.
        payload.Add("partial", Partial?.ToLowerInvariant()).Add("totalsOnly", Summary || Quiet);
        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        return BeginRows(&NativeMethods.UserLicensePreflight, payload.End(), streaming: false);
    }

    private unsafe bool RunTest()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return false;
        }

        using var payload = Payload.Begin();
        payload.Writer.WritePropertyName("users");
        payload.Writer.WriteRawValue(users.Written(), skipInputValidation: true);
        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        return Run(&NativeMethods.UserTestLicense, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => Write(ResultReaders.Test.Read(json));

    private protected override void OnPage(ReadOnlySpan<byte> json)
    {
        foreach (var test in ResultReaders.Tests.Read(json))
        {
            Write(test);
        }
    }

    private protected override void OnSummary(ReadOnlySpan<byte> json)
    {
        var summary = ResultReaders.TestSummary.Read(json);
        allSucceed &= summary.Blocked + summary.Short == 0;
        WriteInformation(summary, ["MgLicense"]);
        if (Summary && !Quiet)
        {
            WriteObject(summary);
        }
    }

    private void Write(LicenseTest test)
    {
        allSucceed &= test.WillSucceed;
        if (!Quiet && !Summary)
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
