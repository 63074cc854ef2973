using System;
using System.Collections.Generic;

namespace Microsoft.Graph.PowerShell.Authentication.Helpers;

/// <summary>What raw requests of one series share.</summary>
public sealed class GraphRequestSession
{
    /// <summary>Headers sent with each request.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The User-Agent header.</summary>
    public string? UserAgent { get; set; }
}
