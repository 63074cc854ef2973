using System.Linq;

namespace MgLicense;

/// <summary>Service plans that were turned on or off in a product.</summary>
public sealed class PlanChange
{
    /// <summary>The product's id.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know the product by.</summary>
    public string? ProductName { get; set; }

    /// <summary>Plans turned on.</summary>
    public string[] Enabled { get; set; } = [];

    /// <summary>Plans turned off.</summary>
    public string[] Disabled { get; set; } = [];

    /// <summary>The product with its plans, those turned on with a plus.</summary>
    public override string ToString() =>
        $"{SkuPartNumber ?? SkuId} ({string.Join(", ", Enabled.Select(plan => $"+{plan}").Concat(Disabled.Select(plan => $"-{plan}")))})";
}
