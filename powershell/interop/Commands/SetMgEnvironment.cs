using System;
using System.Linq;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Changes an environment of the user's own; what isn't named stays.</summary>
[Cmdlet(VerbsCommon.Set, "MgEnvironment", SupportsShouldProcess = true)]
[OutputType(typeof(GraphEnvironment))]
public sealed class SetMgEnvironment : EnvironmentCmdlet
{
    /// <summary>The environment's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Where one signs in.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("AzureADUrl")]
    public string? AzureADEndpoint { get; set; }

    /// <summary>Where Graph is.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("GraphUrl")]
    public string? GraphEndpoint { get; set; }

    /// <summary>A file of certificates, in PEM, to be trusted beside the system's own; an empty text for none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? CertificateAuthorityPath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var login = AzureADEndpoint is null ? null : Root(AzureADEndpoint, nameof(AzureADEndpoint));
        var graph = GraphEndpoint is null ? null : Root(GraphEndpoint, nameof(GraphEndpoint));
        var authority = Certificates(CertificateAuthorityPath);
        if (!ShouldProcess("updating environment", Name))
        {
            return;
        }

        RefuseBuiltIn(Name, "change");
        var before = GraphEnvironments.All.FirstOrDefault(environment => environment.Type == GraphEnvironment.UserType && environment.IsNamed(Name));
        login ??= before?.AzureADEndpoint;
        graph ??= before?.GraphEndpoint;
        if (login is null || graph is null)
        {
            Refuse(new ArgumentException($"There is no environment {Name} yet: give both -AzureADEndpoint and -GraphEndpoint."), "InvalidUrl");
            return;
        }

        var given = MyInvocation.BoundParameters.ContainsKey(nameof(CertificateAuthorityPath));
        var environment = GraphEnvironment.Own(before?.Name ?? Name, login, graph, given ? authority : before?.CertificateAuthorityPath);
        GraphEnvironments.Save(environment);
        WriteObject(environment);
    }
}
