using System;
using System.Collections.Generic;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>Makes objects of one model class from Graph's JSON, without reflection.</summary>
public abstract class ModelReader
{
    /// <summary>Makes one object.</summary>
    /// <exception cref="JsonException">The JSON is not an object of this kind.</exception>
    public abstract object? ReadItem(ReadOnlySpan<byte> json);

    /// <summary>Makes the objects of one page, in order.</summary>
    /// <exception cref="JsonException">The JSON is not an array of such objects.</exception>
    public abstract IReadOnlyList<object> ReadPage(ReadOnlySpan<byte> json);
}
