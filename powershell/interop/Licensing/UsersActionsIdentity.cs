using System.Collections.Generic;
using System.ComponentModel;
using MgLicense.PowerShell;

namespace Microsoft.Graph.PowerShell.Models;

/// <summary>Whom an action on users is about.</summary>
[TypeConverter(typeof(UsersActionsIdentityConverter))]
public interface IUsersActionsIdentity
{
    /// <summary>Object id or user principal name.</summary>
    string? UserId { get; set; }
}

/// <summary>
/// Whom an action on users is about: named by itself, as the SDK has it, or by a row of input (a user object, a line
/// of a CSV file, an id) that may bring its own wishes along.
/// </summary>
[TypeConverter(typeof(UsersActionsIdentityConverter))]
public sealed class UsersActionsIdentity : IUsersActionsIdentity, IGraphIdentity
{
    /// <inheritdoc/>
    public string? UserId { get; set; }

    /// <summary>The input this identity was made from, where it was a row; null for an identity as the SDK has it.</summary>
    internal object? Row { get; init; }

    /// <summary>Several rows that are handed over together, in their order; null for an identity that is one by itself.</summary>
    internal IReadOnlyList<UsersActionsIdentity>? Rows { get; init; }

    /// <inheritdoc/>
    public string? GetId(string property) => property == nameof(UserId) ? UserId : null;
}
