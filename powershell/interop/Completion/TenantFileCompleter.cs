using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MgLicense.PowerShell.Completion;

/// <summary>Completes local tenants' files, and the folders on the way to them.</summary>
public sealed class TenantFileCompleter : IArgumentCompleter
{
    private const string Extension = ".mgtenant";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionCompleters.CompleteFilename(CompletionText.Unquote(wordToComplete))
            .Where(result => result.ResultType == CompletionResultType.ProviderContainer || IsTenantFile(result.ListItemText));

    private static bool IsTenantFile(string name) =>
        string.Equals(System.IO.Path.GetExtension(name.Trim('\'', '"')), Extension, System.StringComparison.OrdinalIgnoreCase);
}
