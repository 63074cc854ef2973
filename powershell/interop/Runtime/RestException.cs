using System;

namespace Microsoft.Graph.PowerShell.Runtime;

/// <summary>An answer that is an error, but not in Graph's form: from a proxy or a gateway, say.</summary>
public sealed class RestException : Exception
{
    internal RestException(string code, int statusCode, string message, string? responseBody)
        : base(message)
    {
        Code = code;
        StatusCode = (System.Net.HttpStatusCode)statusCode;
        ResponseBody = responseBody;
    }

    /// <summary>The status by name, for want of an error code.</summary>
    public string Code { get; }

    /// <summary>The HTTP status.</summary>
    public System.Net.HttpStatusCode StatusCode { get; }

    /// <summary>The body as it came.</summary>
    public string? ResponseBody { get; }
}
