namespace MgLicense;

/// <summary>One licence of a user that is in error, with the reason in words.</summary>
public sealed class LicenseError
{
    /// <summary>The user's object id.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>The user's name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>Member or Guest.</summary>
    public string? UserType { get; set; }

    /// <summary>The user's own usage location; the tenant's counts where it is empty.</summary>
    public string? UsageLocation { get; set; }

    /// <summary>The group the licence comes through.</summary>
    public string? GroupId { get; set; }

    /// <summary>That group's name.</summary>
    public string? GroupName { get; set; }

    /// <summary>The product.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The product's name.</summary>
    public string? ProductName { get; set; }

    /// <summary>Error, or ActiveWithError where the user still has what should have changed.</summary>
    public string? State { get; set; }

    /// <summary>Graph's word for the reason, such as CountViolation.</summary>
    public string? Error { get; set; }

    /// <summary>What is wrong.</summary>
    public string? Message { get; set; }

    /// <summary>What to do about it.</summary>
    public string? Action { get; set; }

    /// <summary>The plans that collide, or need one another.</summary>
    public PlanConflict[] Conflicts { get; set; } = [];

    /// <summary>The error as one line.</summary>
    public override string ToString() => $"{SkuPartNumber ?? SkuId}: {Error}";
}

/// <summary>A service plan, and the one it collides with or needs.</summary>
public sealed class PlanConflict
{
    /// <summary>The plan of the product in error.</summary>
    public string? Plan { get; set; }

    /// <summary>The other plan.</summary>
    public string? WithPlan { get; set; }

    /// <summary>The product that holds the other plan; empty where the user has none that does.</summary>
    public string? WithSkuId { get; set; }

    /// <summary>That product's part number.</summary>
    public string? WithSkuPartNumber { get; set; }

    /// <summary>The name people know that product by.</summary>
    public string? WithProductName { get; set; }

    /// <summary>The pair as one line.</summary>
    public override string ToString() => WithSkuPartNumber is null ? $"{Plan} needs {WithPlan}" : $"{Plan} and {WithPlan} ({WithSkuPartNumber})";
}
