using System;
using System.Management.Automation;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// Reads a row of input before PowerShell looks for a conversion. Looking for one takes, for every input object anew, four
/// times as long as everything else that happens to a row.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class RowInputAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        UsersActionsIdentityConverter.FromRow(inputData) ?? inputData;
}
