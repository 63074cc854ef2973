namespace Microsoft.Graph.PowerShell.Authentication.Models;

/// <summary>The methods of a raw request.</summary>
public enum GraphRequestMethod
{
    /// <summary>Read.</summary>
    GET,

    /// <summary>Create, or carry out an action.</summary>
    POST,

    /// <summary>Replace.</summary>
    PUT,

    /// <summary>Change.</summary>
    PATCH,

    /// <summary>Remove.</summary>
    DELETE,
}

/// <summary>The forms that a raw request's answer can be given in.</summary>
public enum OutputType
{
    /// <summary>Hashtables and arrays.</summary>
    HashTable,

    /// <summary>Custom objects and arrays.</summary>
    PSObject,

    /// <summary>The whole answer.</summary>
    HttpResponseMessage,

    /// <summary>The body as text.</summary>
    Json,
}
