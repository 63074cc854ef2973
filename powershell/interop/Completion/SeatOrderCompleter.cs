using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MgLicense.PowerShell.Completion;

/// <summary>Completes in which order seats go where there are too few.</summary>
public sealed class SeatOrderCompleter : IArgumentCompleter
{
    /// <summary>The orders there are.</summary>
    internal static readonly string[] Orders = ["Row", "Name", "Unlicensed"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Orders.Where(order => order.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase)).Select(order => new CompletionResult(order));
}
