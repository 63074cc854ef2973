using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>The base of every command that runs a job of the native library.</summary>
public abstract class NativeCmdlet : PSCmdlet
{
}
