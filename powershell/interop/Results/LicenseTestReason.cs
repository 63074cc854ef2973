namespace MgLicense;

/// <summary>One thing that stands against a licence change.</summary>
public sealed class LicenseTestReason
{
    /// <summary>What kind of thing it is.</summary>
    public string? Code { get; set; }

    /// <summary>Certain (the service will refuse), Likely (it may), or DataAtRisk (it will not, and something goes).</summary>
    public string? Certainty { get; set; }

    /// <summary>What the service would say, or what goes.</summary>
    public string? Message { get; set; }

    /// <summary>What to do about it.</summary>
    public string? Action { get; set; }

    /// <summary>The product's id.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know the product by.</summary>
    public string? ProductName { get; set; }

    /// <summary>The service plans it is about.</summary>
    public string[] Plans { get; set; } = [];

    /// <summary>Certainty and message.</summary>
    public override string ToString() => $"{Certainty}: {Message}";
}
