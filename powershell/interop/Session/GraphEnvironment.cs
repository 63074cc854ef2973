using System;
using System.Collections.Generic;
using System.Linq;

namespace Microsoft.Graph.PowerShell.Authentication;

/// <summary>A cloud: where one signs in, and where Graph is.</summary>
public sealed class GraphEnvironment
{
    private GraphEnvironment(string name, string login, string graph)
    {
        Name = name;
        AzureADEndpoint = login;
        GraphEndpoint = graph;
    }

    /// <summary>The name that Connect-MgGraph -Environment takes.</summary>
    public string Name { get; }

    /// <summary>Where one signs in.</summary>
    public string AzureADEndpoint { get; }

    /// <summary>Where Graph is.</summary>
    public string GraphEndpoint { get; }

    /// <summary>Who made it.</summary>
    public string Type => "Built-in";

    /// <summary>Microsoft's public and national clouds.</summary>
    internal static IReadOnlyList<GraphEnvironment> BuiltIn { get; } =
    [
        new("China", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
        new("Global", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        new("USGov", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
        new("USGovDoD", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    ];

    internal static GraphEnvironment? Find(string name) =>
        BuiltIn.FirstOrDefault(environment => string.Equals(environment.Name, name, StringComparison.OrdinalIgnoreCase));
}
