namespace MgLicense;

/// <summary>Something that deserves attention.</summary>
public sealed class LicenseFinding
{
    /// <summary>What kind of thing it is.</summary>
    public string? Kind { get; set; }

    /// <summary>High, Medium, Low or Info; Unknown where it could not be found out.</summary>
    public string? Severity { get; set; }

    /// <summary>How many users or seats it is about; null where that could not be found out.</summary>
    public long? Count { get; set; }

    /// <summary>Whether everything it rests on could be read; where not, it is about so many at least.</summary>
    public bool IsComplete { get; set; }

    /// <summary>What it is about: a product, a group, a plan.</summary>
    public string? Subject { get; set; }

    /// <summary>The product's id.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know the product by.</summary>
    public string? ProductName { get; set; }

    /// <summary>The group's id.</summary>
    public string? GroupId { get; set; }

    /// <summary>Why it deserves attention.</summary>
    public string? Why { get; set; }

    /// <summary>The command that puts it right.</summary>
    public string? Repair { get; set; }

    /// <summary>The users it is about.</summary>
    public LicenseFindingUser[] Users { get; set; } = [];
}
