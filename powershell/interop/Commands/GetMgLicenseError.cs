using System;
using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Lists the licences in error, of one group or of every group that has some, with the reason in words.</summary>
[Cmdlet(VerbsCommon.Get, "MgLicenseError")]
[OutputType(typeof(LicenseError))]
public sealed class GetMgLicenseError : ConnectedCmdlet
{
    /// <summary>The group; every group with members in error if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    public string? GroupId { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("groupId", GroupId);
        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        Run(&NativeMethods.LicenseErrorList, Session, payload.End());
    }

    private protected override void OnPage(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.LicenseErrors.Read(json), enumerateCollection: true);

    private protected override object? ErrorTarget() => GroupId;
}
