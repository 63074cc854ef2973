using System;
using System.Collections.Generic;
using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Has the service process users in error again, waits, and says whom it helped.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "MgLicenseError", DefaultParameterSetName = TenantSet, SupportsShouldProcess = true)]
[OutputType(typeof(LicenseRepair))]
public sealed class RepairMgLicenseError : ConnectedCmdlet
{
    private const string TenantSet = "Tenant";
    private const string UserSet = "User";
    private const string GroupSet = "Group";

    private readonly List<string> users = [];

    /// <summary>Users, by id or user principal name; errors of Get-MgLicenseError by pipeline.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = UserSet)]
    [ValidateNotNullOrEmpty]
    public string[] UserId { get; set; } = [];

    /// <summary>Everybody in error through this group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet)]
    [ValidateNotNullOrEmpty]
    public string? GroupId { get; set; }

    /// <summary>Every member of the group, in error or not.</summary>
    [Parameter(ParameterSetName = GroupSet)]
    public SwitchParameter AllMembers { get; set; }

    /// <summary>How long to wait for the service, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 86_400)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <inheritdoc/>
    protected override void ProcessRecord() => users.AddRange(UserId);

    /// <inheritdoc/>
    protected override unsafe void EndProcessing()
    {
        if (ParameterSetName == UserSet && users.Count == 0)
        {
            return;
        }

        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        if (ParameterSetName == UserSet)
        {
            payload.AddTexts("userIds", users);
        }

        payload.Add("groupId", GroupId);
        if (AllMembers)
        {
            payload.Add("allMembers", true);
        }

        payload.Add("waitSeconds", TimeoutSeconds).Add("ask", true);
        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        Run(&NativeMethods.LicenseErrorRepair, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Repair.Read(json));

    private protected override object? ErrorTarget() => GroupId ?? (object)users.ToArray();
}
