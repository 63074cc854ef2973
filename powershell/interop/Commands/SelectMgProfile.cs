using System.Management.Automation;

namespace MgLicense.PowerShell.Commands;

/// <summary>
/// Is there so that scripts written for version 1 of the SDK go on: it warns and does nothing. Version 2 has no profiles.
/// </summary>
[Cmdlet(VerbsCommon.Select, "MgProfile", SupportsShouldProcess = true)]
public sealed class SelectMgProfile : PSCmdlet
{
    /// <summary>v1.0 or beta.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("ProfileName")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Writes true.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        WriteWarning("Select-MgProfile has no effect: there are no profiles any more, and commands without Beta in their names use v1.0. For the beta endpoint call Get-MgBetaUser and its like.");
        if (PassThru)
        {
            WriteObject(true);
        }
    }
}
