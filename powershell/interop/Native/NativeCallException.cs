using System;

namespace MgLicense.PowerShell.Native;

/// <summary>The native library refused a call before a job began.</summary>
public sealed class NativeCallException : Exception
{
    private NativeCallException(string message, byte[]? errorJson)
        : base(message) => ErrorJson = errorJson;

    /// <summary>The error as the library gave it (JSON), or null where it gave none.</summary>
    internal byte[]? ErrorJson { get; }

    internal static NativeCallException Take(NativeStatus status, ref MglBuf error)
    {
        var json = error.Length == 0 ? null : error.Span.ToArray();
        NativeMethods.BufferFree(error);
        error = default;
        return new NativeCallException(Describe(status), json);
    }

    private static string Describe(NativeStatus status) => status switch
    {
        NativeStatus.InvalidHandle => "The connection is closed. Run Connect-MgGraph again.",
        NativeStatus.Panic => "MgLicense met a fault in its native library and stopped this call; other calls are not affected.",
        NativeStatus.NotUtf8 => "A text holds half of a surrogate pair, which has no UTF-8 form.",
        _ => $"The native library refused the call (status {(int)status}: {status}).",
    };
}
