using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>Sets usage locations: from a column, a parameter, the user's country, or by domain, department or group.</summary>
[Cmdlet(VerbsCommon.Set, "MgUserUsageLocation", DefaultParameterSetName = "User", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(AssignmentResult))]
public sealed class SetMgUserUsageLocation : ConnectedCmdlet
{
    private readonly Payload rows = Payload.Scratch();
    private readonly List<string> names = [];

    /// <summary>Object ids or user principal names.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "User")]
    public string[] UserId { get; set; } = [];

    /// <summary>Whom it is about: a user, an id, a row that may hold a column UsageLocation.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Input")]
    [RowInput]
    public IUsersActionsIdentity? InputObject { get; set; }

    /// <summary>The location of all who bring none themselves. It replaces what is set.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? UsageLocation { get; set; }

    /// <summary>Takes the location from the user's country, by its ISO code or name.</summary>
    [Parameter]
    public SwitchParameter FromCountry { get; set; }

    /// <summary>Locations by the domain of the user principal name.</summary>
    [Parameter]
    public IDictionary? ByDomain { get; set; }

    /// <summary>Locations by department.</summary>
    [Parameter]
    public IDictionary? ByDepartment { get; set; }

    /// <summary>Locations by group, which is meant by id or name.</summary>
    [Parameter]
    public IDictionary? ByGroup { get; set; }

    /// <summary>The location where nothing else says any.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Default { get; set; }

    /// <summary>Replaces a location that is set already by a derived one, too.</summary>
    [Parameter]
    public SwitchParameter Overwrite { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => rows.Writer.WriteStartArray();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            foreach (var id in UserId)
            {
                Add(id, null);
            }

            return;
        }

        var wish = InputObject is UsersActionsIdentity { Row: { } row } ? RowColumns.Of(row).Wish("UsageLocation") : null;
        if (InputObject.UserId is { } userId)
        {
            Add(userId, wish);
        }
        else
        {
            names.Add("");
            Fail(GraphFailure.NobodyNamed, names.Count, null);
        }
    }

    /// <inheritdoc/>
    protected override unsafe void EndProcessing()
    {
        rows.Writer.WriteEndArray();
        try
        {
            if (HeldConnection is null)
            {
                OnError(GraphFailure.NotConnected);
                return;
            }

            using var payload = Payload.Begin();
            payload.Writer.WritePropertyName("rows");
            payload.Writer.WriteRawValue(rows.Written(), skipInputValidation: true);
            payload.Add("usageLocation", UsageLocation).Add("fromCountry", FromCountry).Add("default", Default)
                .AddTextMap("byDomain", ByDomain).AddTextMap("byDepartment", ByDepartment).AddTextMap("byGroup", ByGroup)
                .Add("overwrite", Overwrite).Add("ask", true).Add("debug", WantsDebug);
            Run(&NativeMethods.UserSetUsageLocations, Session, payload.End());
        }
        finally
        {
            rows.Dispose();
        }
    }

    private void Add(string userId, string? usageLocation)
    {
        names.Add(userId);
        rows.Writer.WriteStartObject();
        rows.Add("row", names.Count).Add("userId", userId).Add("usageLocation", usageLocation);
        rows.Writer.WriteEndObject();
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Assignment.Read(json));

    private protected override void OnError(GraphFailure failure)
    {
        base.OnError(failure);
        if (failure.Row is { } row)
        {
            Fail(failure, row, names[row - 1], silent: true);
        }
    }

    private void Fail(GraphFailure failure, int row, string? userId, bool silent = false)
    {
        if (!silent)
        {
            base.OnError(failure);
        }

        WriteObject(new AssignmentResult
        {
            Row = row,
            UserId = userId,
            UserPrincipalName = failure.UserId,
            Status = "Failed",
            Error = failure.Message,
            ErrorId = failure.Code,
            RequestId = failure.RequestId,
        });
    }

    private protected override object? ErrorTarget() => names.Count == 1 ? names[0] : null;
}
