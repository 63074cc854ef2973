using System.Management.Automation;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Adds an environment of the user's own: a sign-in service and a Graph service that belong together.</summary>
[Cmdlet(VerbsCommon.Add, "MgEnvironment", SupportsShouldProcess = true)]
[OutputType(typeof(GraphEnvironment))]
public sealed class AddMgEnvironment : EnvironmentCmdlet
{
    /// <summary>The name for Connect-MgGraph -Environment.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Where one signs in.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("AzureADUrl")]
    public string AzureADEndpoint { get; set; } = "";

    /// <summary>Where Graph is.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("GraphUrl")]
    public string GraphEndpoint { get; set; } = "";

    /// <summary>A file of certificates, in PEM, to be trusted beside the system's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? CertificateAuthorityPath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var environment = GraphEnvironment.Own(
            Name,
            Root(AzureADEndpoint, nameof(AzureADEndpoint)),
            Root(GraphEndpoint, nameof(GraphEndpoint)),
            Certificates(CertificateAuthorityPath));
        if (ShouldProcess("adding environment", Name))
        {
            RefuseBuiltIn(Name, "add");
            GraphEnvironments.Save(environment);
            WriteObject(environment);
        }
    }
}
