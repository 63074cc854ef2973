using System;
using System.Collections.Generic;

namespace MgLicense.PowerShell;

/// <summary>Which tenant a local session is about.</summary>
internal sealed record LocalTenantInfo(string TenantId, string DisplayName, string DefaultDomain, IReadOnlyList<string> Domains)
{
    /// <summary>Names of sign-in that mean no tenant in particular.</summary>
    private static readonly string[] AnyTenant = ["common", "organizations", "consumers"];

    /// <summary>Whether a -TenantId means this tenant: by id, by one of its domains, or by no name in particular.</summary>
    internal bool Answers(string tenantId) =>
        string.Equals(tenantId, TenantId, StringComparison.OrdinalIgnoreCase)
        || Contains(Domains, tenantId)
        || Contains(AnyTenant, tenantId);

    private static bool Contains(IEnumerable<string> names, string name)
    {
        foreach (var candidate in names)
        {
            if (string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
