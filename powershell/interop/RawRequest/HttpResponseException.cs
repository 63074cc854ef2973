using System.Net.Http;

namespace Microsoft.Graph.PowerShell.Authentication.Helpers;

/// <summary>A raw request was refused; the answer is attached.</summary>
public sealed class HttpResponseException : HttpRequestException
{
    internal HttpResponseException(string message, HttpResponseMessage response)
        : base(message, inner: null, response.StatusCode) => Response = response;

    /// <summary>The answer.</summary>
    public HttpResponseMessage Response { get; }
}
