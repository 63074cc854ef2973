using System;
using System.Management.Automation;

namespace MgLicense.PowerShell.Commands;

/// <summary>Is there so that scripts written for version 1 of the SDK go on: it warns, and writes what is in force.</summary>
[Cmdlet(VerbsCommon.Get, "MgProfile")]
public sealed class GetMgProfile : PSCmdlet
{
    /// <summary>Only the profile of this name.</summary>
    [Parameter(Position = 0)]
    public string? Name { get; set; }

    /// <summary>All that the SDK knew.</summary>
    [Parameter]
    public SwitchParameter ListAvailable { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        WriteWarning("There are no profiles any more: commands without Beta in their names use v1.0.");
        string[] names = ListAvailable ? ["v1.0", "beta"] : ["v1.0"];
        foreach (string name in names)
        {
            if (Name is null || string.Equals(Name, name, StringComparison.OrdinalIgnoreCase))
            {
                PSObject profile = new();
                profile.Properties.Add(new PSNoteProperty("Name", name));
                profile.Properties.Add(new PSNoteProperty("Description", $"The {name} endpoint of Microsoft Graph."));
                WriteObject(profile);
            }
        }
    }
}
