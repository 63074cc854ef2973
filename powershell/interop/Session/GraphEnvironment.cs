using System;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Graph.PowerShell.Authentication;

/// <summary>A cloud: where one signs in, and where Graph is.</summary>
public sealed class GraphEnvironment
{
    /// <summary>Type of the clouds that come with the module.</summary>
    internal const string BuiltInType = "Built-in";

    /// <summary>Type of those that users add.</summary>
    internal const string UserType = "User-defined";

    /// <summary>Type of a local tenant that this process serves.</summary>
    internal const string ServedType = "Local tenant";

    private GraphEnvironment(string name, string login, string graph, string type, string? authority = null)
    {
        Name = name;
        AzureADEndpoint = login;
        GraphEndpoint = graph;
        Type = type;
        CertificateAuthorityPath = authority;
    }

    /// <summary>The name that Connect-MgGraph -Environment takes.</summary>
    public string Name { get; }

    /// <summary>Where one signs in.</summary>
    public string AzureADEndpoint { get; }

    /// <summary>Where Graph is.</summary>
    public string GraphEndpoint { get; }

    /// <summary>Who made it.</summary>
    public string Type { get; }

    /// <summary>A file of certificates, in PEM, that are trusted beside the system's own; null for none.</summary>
    public string? CertificateAuthorityPath { get; }

    /// <summary>The public cloud, which is meant where none is named.</summary>
    internal static GraphEnvironment Global => BuiltIn[1];

    /// <summary>Microsoft's public and national clouds.</summary>
    internal static IReadOnlyList<GraphEnvironment> BuiltIn { get; } =
    [
        new("China", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn", BuiltInType),
        new("Global", "https://login.microsoftonline.com", "https://graph.microsoft.com", BuiltInType),
        new("USGov", "https://login.microsoftonline.us", "https://graph.microsoft.us", BuiltInType),
        new("USGovDoD", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", BuiltInType),
    ];

    /// <summary>An environment of the user's own.</summary>
    internal static GraphEnvironment Own(string name, string login, string graph, string? authority) => new(name, login, graph, UserType, authority);

    /// <summary>The environment of a local tenant that is served by this process.</summary>
    internal static GraphEnvironment Served(string name, string address, string? authority, string? file) =>
        new(name, address, address, ServedType, authority) { File = file };

    /// <summary>The file of a served tenant.</summary>
    internal string? File { get; private init; }

    internal bool IsNamed(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    internal static bool IsBuiltIn(string name) => BuiltIn.Any(environment => environment.IsNamed(name));
}
