using System;
using System.Collections.Generic;
using System.Text.Json;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// One row of bulk input: whom it is about and what is wished for them. A column of the row comes before the parameter
/// of the same meaning; a blank cell counts as not given.
/// </summary>
internal sealed class LicenseRow
{
    private static readonly JsonEncodedText RowName = JsonEncodedText.Encode("row");
    private static readonly JsonEncodedText UserIdName = JsonEncodedText.Encode("userId");
    private static readonly JsonEncodedText UsageLocationName = JsonEncodedText.Encode("usageLocation");

    private RowColumns columns;

    /// <summary>The number of the row in its pipeline, from 1.</summary>
    internal required int Number { get; init; }

    /// <summary>Object id or user principal name; null where the row names nobody.</summary>
    internal required string? UserId { get; init; }

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
            columns = columns,
            AddLicenses = withWishes ? columns.Wishes("AddLicenses") : null,
            RemoveLicenses = withWishes ? columns.Wishes("RemoveLicenses") : null,
            DisabledPlans = withWishes ? columns.Wishes("DisabledPlans") : null,
            UsageLocation = withWishes ? columns.Wish("UsageLocation") : null,
            Columns = identity.UserId is null ? columns.Names() : null,
        };
    }

    /// <summary>
    /// Whether nothing can go wrong while the row is written: it holds no lists, and no half of a surrogate pair.
    /// </summary>
    internal bool IsPlain => AddLicenses is null && RemoveLicenses is null && DisabledPlans is null && Columns is null
        && IsWhole(UserId) && IsWhole(UsageLocation);

    /// <summary>Writes the row as the native library reads it.</summary>
    internal void Fill(Payload payload)
    {
        payload.Writer.WriteNumber(RowName, Number);
        if (UserId is not null)
        {
            payload.Writer.WriteString(UserIdName, UserId);
        }

        if (UsageLocation is not null)
        {
            payload.Writer.WriteString(UsageLocationName, UsageLocation);
        }

        LicenseArguments.AddLists(payload, AddLicenses, RemoveLicenses);
        LicenseArguments.AddTexts(payload, "disabledPlans", DisabledPlans);
        payload.AddTexts("columns", Columns);
    }

    /// <summary>The result of a row that failed.</summary>
    internal AssignmentResult Failure(GraphFailure failure) => new()
    {
        Row = Number,
        UserId = UserId,
        UserPrincipalName = columns.PrincipalName(UserId),
        Status = "Failed",
        Error = failure.Message,
        ErrorId = failure.Code,
        RequestId = failure.RequestId,
    };

    private static bool IsWhole(string? text) => text is null || !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');
}
