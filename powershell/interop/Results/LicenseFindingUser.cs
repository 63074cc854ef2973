namespace MgLicense;

/// <summary>A user that a finding is about. It can be piped to the commands that act on users.</summary>
public sealed class LicenseFindingUser
{
    /// <summary>The user's object id.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>The user's name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>What there is to say about this one.</summary>
    public string? Detail { get; set; }

    /// <summary>The user's principal name.</summary>
    public override string ToString() => UserPrincipalName ?? UserId ?? "";
}
