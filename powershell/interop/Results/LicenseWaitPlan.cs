namespace MgLicense;

/// <summary>A service plan that is not ready.</summary>
public sealed class LicenseWaitPlan
{
    /// <summary>The plan's name.</summary>
    public string? Name { get; set; }

    /// <summary>The name people know.</summary>
    public string? FriendlyName { get; set; }

    /// <summary>Graph's word for how far it is.</summary>
    public string? Status { get; set; }

    /// <summary>The product it comes with.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know the product by.</summary>
    public string? ProductName { get; set; }

    /// <summary>The name people know.</summary>
    public override string ToString() => FriendlyName ?? Name ?? "";
}
