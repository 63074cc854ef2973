using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Tells the seats of every product: bought in each state, assigned, free, waiting, and until when.</summary>
[Cmdlet(VerbsCommon.Get, "MgLicenseSummary")]
[OutputType(typeof(LicenseSummary))]
public sealed class GetMgLicenseSummary : ConnectedCmdlet
{
    /// <summary>Only these products, by id, part number or name.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[]? SkuId { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.AddTexts("skus", SkuId).Add("debug", WantsDebug);
        Run(&NativeMethods.LicenseSummary, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Summary.Read(json));

    private protected override object? ErrorTarget() => SkuId;
}
