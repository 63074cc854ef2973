using System;

namespace MgLicense;

/// <summary>What one tick of a local tenant did.</summary>
public sealed class LocalTenantStep
{
    /// <summary>The tenant's time.</summary>
    public DateTime Clock { get; set; }

    /// <summary>Members whose licences were computed anew.</summary>
    public int Members { get; set; }

    /// <summary>Whether something is still due at this time.</summary>
    public bool IsDue { get; set; }

    /// <summary>When the next work is due; null if there is none.</summary>
    public DateTime? Next { get; set; }
}
