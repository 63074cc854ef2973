using System.Collections.Generic;

namespace MgLicense;

/// <summary>A request that a local tenant got, as it got it.</summary>
public sealed class LocalTenantRequest
{
    /// <summary>Its place in the log, from 1.</summary>
    public long Index { get; set; }

    /// <summary>When it came, by the tenant's time.</summary>
    public string? At { get; set; }

    /// <summary>The HTTP method.</summary>
    public string? Method { get; set; }

    /// <summary>Path and query, as sent.</summary>
    public string? Path { get; set; }

    /// <summary>The request's headers.</summary>
    public Dictionary<string, string> Headers { get; set; } = [];

    /// <summary>The body, byte for byte.</summary>
    public string? Body { get; set; }

    /// <summary>What became of it, even where the caller did not learn of it (see Fault); 0 where it was neither carried out nor answered.</summary>
    public int Status { get; set; }

    /// <summary>What a fault on purpose gave the caller instead of the answer: a status, reset, noAnswer or halfAnswer.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether the request asked for a change.</summary>
    public bool Write { get; set; }

    /// <summary>The id the tenant gave the exchange.</summary>
    public string? RequestId { get; set; }
}
