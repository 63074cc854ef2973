namespace MgLicense;

/// <summary>A report that was written.</summary>
public sealed class LicenseReport
{
    /// <summary>The file.</summary>
    public string? Path { get; set; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; set; }

    /// <summary>Accounts that were read.</summary>
    public long People { get; set; }

    /// <summary>Rows in its list of people; 0 where it names nobody.</summary>
    public long Rows { get; set; }

    /// <summary>Products in it.</summary>
    public int Products { get; set; }

    /// <summary>Findings in it.</summary>
    public int Findings { get; set; }

    /// <summary>Whether everything could be read.</summary>
    public bool IsComplete { get; set; }

    /// <summary>What could not.</summary>
    public string[] Missing { get; set; } = [];
}
