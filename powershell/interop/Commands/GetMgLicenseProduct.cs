using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Looks up products by id, part number, name or plan. Works without a connection; connected, the tenant's own products
/// and plans go before the table's.
/// </summary>
[Cmdlet(VerbsCommon.Get, "MgLicenseProduct")]
[OutputType(typeof(LicenseProduct))]
public sealed class GetMgLicenseProduct : ConnectedCmdlet
{
    /// <summary>Part numbers or names; wildcards list all that match.</summary>
    [Parameter(Position = 0)]
    [Alias("SkuPartNumber", "ProductName")]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Ids of products.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[]? SkuId { get; set; }

    /// <summary>Only products that hold these plans.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlanCompleter))]
    public string[]? Plan { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        using var payload = Payload.Begin();
        payload.AddTexts("names", Name).AddTexts("skuIds", SkuId).AddTexts("plans", Plan);
        Run(&NativeMethods.LicenseProductList, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Product.Read(json));

    private protected override object? ErrorTarget() => Name ?? SkuId ?? Plan;
}
