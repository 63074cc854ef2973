namespace MgLicense;

/// <summary>A table of products that was loaded.</summary>
public sealed class LicenseProductTable
{
    /// <summary>The file; null for the built-in table.</summary>
    public string? Path { get; set; }

    /// <summary>Products in it.</summary>
    public int Products { get; set; }

    /// <summary>Products that the built-in table lacks.</summary>
    public int NewProducts { get; set; }

    /// <summary>Service plans in it.</summary>
    public int ServicePlans { get; set; }

    /// <summary>Service plans that the built-in table lacks.</summary>
    public int NewServicePlans { get; set; }

    /// <summary>Rows passed over because they hold no usable id.</summary>
    public int UnusableRows { get; set; }
}
