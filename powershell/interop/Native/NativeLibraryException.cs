using System;

namespace MgLicense.PowerShell.Native;

/// <summary>The native library can't be used: it is missing, of another platform, or of another version.</summary>
public sealed class NativeLibraryException : Exception
{
    internal NativeLibraryException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The error id: NativeLibraryMissing, NativeLibraryNotLoadable or NativeLibraryVersion.</summary>
    public string Code { get; }
}
