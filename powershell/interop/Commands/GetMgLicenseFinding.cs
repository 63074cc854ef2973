using System;
using System.Linq;
using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Tells what deserves attention, each with its severity, its count, why, and the command that puts it right.</summary>
[Cmdlet(VerbsCommon.Get, "MgLicenseFinding")]
[OutputType(typeof(LicenseFinding))]
public sealed class GetMgLicenseFinding : LicenseFindingCmdlet
{
    private static readonly string[] Usual =
    [
        "GroupError", "OverAssigned", "SeatsShort", "Expiring", "NoLocation", "Hybrid", "Disabled", "NeverSignedIn", "Inactive",
        "DirectAndGroup", "Redundant", "LicensedGuest", "NotInTenant", "UnusedSeats", "Unread",
    ];

    /// <summary>Only these kinds.</summary>
    [Parameter(Position = 0)]
    [ValidateSet(
        "GroupError", "OverAssigned", "SeatsShort", "Expiring", "NoLocation", "Hybrid", "Disabled", "NeverSignedIn", "Inactive",
        "DirectAndGroup", "Redundant", "LicensedGuest", "NotInTenant", "UnusedSeats", "Unread", "NotProvisioned", "SharedMailbox")]
    public string[]? Kind { get; set; }

    /// <summary>Asks of every user which services are ready.</summary>
    [Parameter]
    public SwitchParameter IncludeProvisioning { get; set; }

    /// <summary>Asks of every user whether the mailbox is shared.</summary>
    [Parameter]
    public SwitchParameter IncludeSharedMailbox { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        // The library takes kinds in one spelling; PowerShell takes them in any case.
        string[] opted = [.. IncludeProvisioning ? ["NotProvisioned"] : Array.Empty<string>(), .. IncludeSharedMailbox ? ["SharedMailbox"] : Array.Empty<string>()];
        var kinds = (Kind ?? Usual).Concat(opted)
            .Select(kind => Usual.Concat(["NotProvisioned", "SharedMailbox"]).First(known => string.Equals(known, kind, StringComparison.OrdinalIgnoreCase)));
        using var payload = Payload.Begin();
        AddAttention(payload, kinds.Distinct().ToArray());
        payload.Add("debug", WantsDebug);
        Run(&NativeMethods.LicenseFindingList, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Finding.Read(json));
}
