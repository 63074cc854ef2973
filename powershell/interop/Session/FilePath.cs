using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>Where a file is.</summary>
internal static class FilePath
{
    /// <summary>
    /// The full path: relative paths start at PowerShell's current location, as in other commands. What stands on
    /// another drive than one of files (Env:, Cert:) ends the command; taken for a file's name it would be written anywhere.
    /// </summary>
    internal static string Resolve(PSCmdlet cmdlet, string path)
    {
        var full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        if (provider.Name != "FileSystem")
        {
            var error = new PSArgumentException($"'{path}' is no file: it stands on a drive of the provider {provider.Name}. Give a path of the file system.");
            cmdlet.ThrowTerminatingError(new ErrorRecord(error, "PathIsNoFile", ErrorCategory.InvalidArgument, path));
        }

        return full;
    }
}
