using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>A Graph object that knows how to write itself as JSON: null properties left out, empty lists as <c>[]</c>.</summary>
public interface IGraphModel
{
    /// <summary>Writes the object as one JSON value.</summary>
    void WriteTo(Utf8JsonWriter writer);
}

/// <summary>What -InputObject takes: a set of ids by name.</summary>
public interface IGraphIdentity
{
    /// <summary>The id kept under a property name such as <c>UserId</c>, or null where it was not given.</summary>
    string? GetId(string property);
}
