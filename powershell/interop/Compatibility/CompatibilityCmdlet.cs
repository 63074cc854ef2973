using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace MgLicense.PowerShell.Compatibility;

/// <summary>How far the forwarding modules reach.</summary>
public enum CompatibilityScope
{
    /// <summary>This process, and what it starts.</summary>
    Process,

    /// <summary>Every PowerShell of this user, until it is switched off.</summary>
    CurrentUser,
}

/// <summary>What the two commands share.</summary>
public abstract class CompatibilityCmdlet : PSCmdlet
{
    /// <summary>How far it reaches.</summary>
    [Parameter]
    public CompatibilityScope Scope { get; set; }

    private protected bool Confirmed(string action) =>
        ShouldProcess(Scope == CompatibilityScope.Process ? "the modules that this process finds" : "the modules of the current user", action);

    /// <summary>Every name, with who answers to it now.</summary>
    private protected IEnumerable<CompatibilityModule> Report(bool inFront) =>
        Forwarders.Names.Select(name =>
        {
            bool isOn = Scope == CompatibilityScope.Process ? Forwarders.IsInPath : Forwarders.IsInstalled(name);
            (Version Version, string Folder)? real = Forwarders.FindReal(name);
            return new CompatibilityModule
            {
                Name = name,
                AnsweredBy = real is not null && !(isOn && inFront) ? "Microsoft" : isOn ? "MgLicense" : "None",
                InstalledVersion = real?.Version.ToString(),
                InstalledAt = real?.Folder,
            };
        });
}
