using System.Management.Automation;
using MgLicense.PowerShell.Completion;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Lists the clouds, or gives one by name.</summary>
[Cmdlet(VerbsCommon.Get, "MgEnvironment")]
[OutputType(typeof(GraphEnvironment))]
public sealed class GetMgEnvironment : PSCmdlet
{
    /// <summary>The name of one cloud.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Name is null)
        {
            WriteObject(GraphEnvironments.All, enumerateCollection: true);
        }
        else if (GraphEnvironments.Find(Name) is { } environment)
        {
            WriteObject(environment);
        }
    }
}
