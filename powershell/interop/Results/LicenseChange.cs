namespace MgLicense;

/// <summary>A product that was given, taken away, or kept.</summary>
public sealed class LicenseChange
{
    /// <summary>The product's id.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know the product by.</summary>
    public string? ProductName { get; set; }

    /// <summary>The service plans that are off in it.</summary>
    public string[] DisabledPlans { get; set; } = [];

    /// <summary>The group that the product comes through, where it does.</summary>
    public string? GroupId { get; set; }

    /// <summary>The name of that group.</summary>
    public string? GroupName { get; set; }

    /// <summary>The part number, or the id where the product has none.</summary>
    public override string ToString() => GroupId is null ? SkuPartNumber ?? SkuId ?? "" : $"{SkuPartNumber ?? SkuId} (group {GroupName ?? GroupId})";
}
