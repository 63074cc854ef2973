namespace MgLicense;

/// <summary>A product by its names.</summary>
public sealed class LicenseProduct
{
    /// <summary>The product's id, the only unique key.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know.</summary>
    public string? ProductName { get; set; }

    /// <summary>Whether the connected tenant has it; null where that is not known.</summary>
    public bool? InTenant { get; set; }

    /// <summary>Its service plans that a user can have.</summary>
    public LicensePlan[] ServicePlans { get; set; } = [];

    /// <summary>The name people know.</summary>
    public override string ToString() => ProductName ?? SkuPartNumber ?? SkuId ?? "";
}
