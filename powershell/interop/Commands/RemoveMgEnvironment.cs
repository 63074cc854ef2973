using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Removes an environment of the user's own, and writes what it was.</summary>
[Cmdlet(VerbsCommon.Remove, "MgEnvironment", SupportsShouldProcess = true)]
[OutputType(typeof(GraphEnvironment))]
public sealed class RemoveMgEnvironment : EnvironmentCmdlet
{
    /// <summary>The environment's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess("removing environment", Name))
        {
            return;
        }

        RefuseBuiltIn(Name, "remove");
        if (GraphEnvironments.Remove(Name) is { } removed)
        {
            WriteObject(removed);
        }
        else
        {
            Refuse(new ArgumentException($"Environment {Name} not found."), "NoEnvironment");
        }
    }
}
