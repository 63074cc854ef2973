using System;
using System.IO;
using System.Management.Automation;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>The base of the commands that change the user's own environments.</summary>
public abstract class EnvironmentCmdlet : PSCmdlet
{
    /// <summary>The root of an address: scheme, host and port.</summary>
    private protected string Root(string address, string parameter)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0)
        {
            return uri.GetLeftPart(UriPartial.Authority);
        }

        Refuse(new ArgumentException($"-{parameter} must be an address such as https://graph.microsoft.com, without a user name.", parameter), "InvalidUrl");
        throw new PipelineStoppedException();
    }

    /// <summary>A file of certificates by its full path; it must be there.</summary>
    private protected string? Certificates(string? path)
    {
        if (path is not { Length: > 0 })
        {
            return null;
        }

        var full = MgLicense.PowerShell.FilePath.Resolve(this, path);
        if (!File.Exists(full))
        {
            Refuse(new FileNotFoundException($"There is no file of certificates at {full}.", full), "NoCertificates");
        }

        return full;
    }

    /// <summary>Ends the command for a name of Microsoft's own.</summary>
    private protected void RefuseBuiltIn(string name, string verb)
    {
        if (GraphEnvironment.IsBuiltIn(name))
        {
            Refuse(new InvalidOperationException($"Cannot {verb} built-in environment {name}."), "BuiltInEnvironment");
        }
    }

    private protected void Refuse(Exception exception, string id) =>
        ThrowTerminatingError(new ErrorRecord(exception, id, ErrorCategory.InvalidArgument, null));
}
