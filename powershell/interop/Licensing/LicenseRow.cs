using System.Collections.Generic;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// One row of bulk input: whom it is about and what is wished for them. A column of the row comes before the parameter
/// of the same meaning; a blank cell counts as not given.
/// </summary>
internal sealed class LicenseRow
{
    /// <summary>The number of the row in its pipeline, from 1.</summary>
    internal required int Number { get; init; }

    /// <summary>Object id or user principal name; null where the row names nobody.</summary>
    internal required string? UserId { get; init; }

    /// <summary>The user principal name, where the row holds one.</summary>
    internal string? UserPrincipalName { get; private init; }

    internal object? AddLicenses { get; private init; }

    internal object? RemoveLicenses { get; private init; }

    internal object? DisabledPlans { get; private init; }

    internal string? UsageLocation { get; private init; }

    /// <summary>The names of the columns, of a row that names nobody.</summary>
    internal IReadOnlyList<string>? Columns { get; private init; }

    /// <summary>Reads a row: whom it names, and what its columns say; of a command that takes no wishes, whom it names.</summary>
    internal static LicenseRow Read(IUsersActionsIdentity identity, int number, bool withWishes)
    {
        if (identity is not UsersActionsIdentity { Row: { } source })
        {
            return new LicenseRow { Number = number, UserId = identity.UserId };
        }

        var columns = RowColumns.Of(source);
        return new LicenseRow
        {
            Number = number,
            UserId = identity.UserId,
            UserPrincipalName = columns.PrincipalName(identity.UserId),
            AddLicenses = withWishes ? columns.Wishes("AddLicenses") : null,
            RemoveLicenses = withWishes ? columns.Wishes("RemoveLicenses") : null,
            DisabledPlans = withWishes ? columns.Wishes("DisabledPlans") : null,
            UsageLocation = withWishes ? columns.Wish("UsageLocation") : null,
            Columns = identity.UserId is null ? columns.Names() : null,
        };
    }

    /// <summary>Writes the row as the native library reads it.</summary>
    internal void Fill(Payload payload)
    {
        payload.Add("row", Number).Add("userId", UserId).Add("usageLocation", UsageLocation);
        LicenseArguments.AddLists(payload, AddLicenses, RemoveLicenses);
        LicenseArguments.AddTexts(payload, "disabledPlans", DisabledPlans);
        payload.AddTexts("columns", Columns);
    }

    /// <summary>The result of a row that failed.</summary>
    internal AssignmentResult Failure(GraphFailure failure) => new()
    {
        Row = Number,
        UserId = UserId,
        UserPrincipalName = UserPrincipalName,
        Status = "Failed",
        Error = failure.Message,
        ErrorId = failure.Code,
        RequestId = failure.RequestId,
    };
}
