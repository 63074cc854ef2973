using System.Collections.Generic;

namespace MgLicense;

/// <summary>A tenant of one's own in a file.</summary>
public sealed class LocalTenant
{
    /// <summary>The file.</summary>
    public string? Path { get; set; }

    /// <summary>The tenant's id.</summary>
    public string? TenantId { get; set; }

    /// <summary>The organisation's name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>The domain of its user principal names.</summary>
    public string? DefaultDomain { get; set; }

    /// <summary>How many users it has.</summary>
    public int Users { get; set; }

    /// <summary>How many groups it has.</summary>
    public int Groups { get; set; }

    /// <summary>How many products it has.</summary>
    public int Skus { get; set; }

    /// <summary>The tenant's own time; null while it goes by this machine's clock.</summary>
    public string? Clock { get; set; }

    /// <summary>Its settings, by name.</summary>
    public Dictionary<string, object?> Settings { get; set; } = [];

    /// <summary>Bytes on disk.</summary>
    public long Size { get; set; }
}
