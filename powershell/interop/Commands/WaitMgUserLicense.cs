using System;
using System.Collections.Generic;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Commands;

/// <summary>Waits until the services of users' licences are ready, and says which are not.</summary>
[Cmdlet(VerbsLifecycle.Wait, "MgUserLicense", DefaultParameterSetName = "User")]
[OutputType(typeof(LicenseWait))]
public sealed class WaitMgUserLicense : ConnectedCmdlet
{
    private readonly List<string> users = [];

    /// <summary>Object ids or user principal names.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "User")]
    public string[] UserId { get; set; } = [];

    /// <summary>Whom it is about: a user, an id, a row.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Input")]
    [RowInput]
    public IUsersActionsIdentity? InputObject { get; set; }

    /// <summary>Only the services of these products, by id, part number or name. They are waited for too.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[]? SkuId { get; set; }

    /// <summary>How long to wait at most, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double TimeoutSeconds { get; set; } = 600;

    /// <summary>How long to wait before asking again, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600)]
    public double IntervalSeconds { get; set; } = 5;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            users.AddRange(UserId);
        }
        else if (InputObject.UserId is { } id)
        {
            users.Add(id);
        }
        else
        {
            OnError(GraphFailure.NobodyNamed);
        }
    }

    /// <inheritdoc/>
    protected override unsafe void EndProcessing()
    {
        if (users.Count == 0)
        {
            return;
        }

        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.AddTexts("users", users).AddTexts("skus", SkuId).Add("debug", WantsDebug)
            .AddValue("timeoutSeconds", TimeoutSeconds).AddValue("intervalSeconds", IntervalSeconds);
        Run(&NativeMethods.UserLicenseWait, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Wait.Read(json));

    private protected override object? ErrorTarget() => users.Count == 1 ? users[0] : null;
}
