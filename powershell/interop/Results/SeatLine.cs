namespace MgLicense;

/// <summary>Seats of one product, before and after a run.</summary>
public sealed class SeatLine
{
    /// <summary>The product's id.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know the product by.</summary>
    public string? ProductName { get; set; }

    /// <summary>Seats that can be in use: bought and in good standing, or in the days of grace after they expired.</summary>
    public long Owned { get; set; }

    /// <summary>Seats in use before.</summary>
    public long Before { get; set; }

    /// <summary>Seats that the run frees.</summary>
    public long Freed { get; set; }

    /// <summary>Seats that the run takes.</summary>
    public long Taken { get; set; }

    /// <summary>Seats in use after.</summary>
    public long After { get; set; }

    /// <summary>Users who go without.</summary>
    public long Short { get; set; }

    /// <summary>The product with its seats before and after.</summary>
    public override string ToString() => $"{SkuPartNumber ?? SkuId} {Before} -> {After} of {Owned}";
}
