using System;
using System.Management.Automation;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell.Licensing;

/// <summary>
/// Lets a row of input stand for no headers. -Headers takes pipeline input, so PowerShell tries to make a dictionary of
/// each row, and each time throws and catches four exceptions; that takes longer than all the rest of binding.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class NoHeadersAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        UsersActionsIdentityConverter.IsRow(inputData) ? null : inputData;
}
