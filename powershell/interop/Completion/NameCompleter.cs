using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using Microsoft.Graph.PowerShell.Authentication;

namespace MgLicense.PowerShell.Completion;

/// <summary>The base of the completers of names that are at hand. Quick, and never an error.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var prefix = CompletionText.Unquote(wordToComplete);
        try
        {
            return Names().Where(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                .Select(name => new CompletionResult(CompletionText.Quote(name), name, CompletionResultType.ParameterValue, name)).ToArray();
        }
        catch (IOException)
        {
            // What can't be read now offers no names.
            return [];
        }
    }

    private protected abstract IEnumerable<string> Names();
}

/// <summary>Completes in which order seats go where there are too few.</summary>
public sealed class SeatOrderCompleter : NameCompleter
{
    /// <summary>The orders there are.</summary>
    internal static readonly string[] Orders = ["Row", "Name", "Unlicensed"];

    private protected override IEnumerable<string> Names() => Orders;
}

/// <summary>Completes clouds, and environments that were added to them.</summary>
public sealed class EnvironmentCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names() => GraphEnvironments.All.Select(environment => environment.Name ?? "");
}
